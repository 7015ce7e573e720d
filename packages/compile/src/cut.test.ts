import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { steps } from './cut.fixture.ts'
import { cut, cutWell, type Stage } from './cut.ts'
import { type Cluster, clusters } from './elementwise/index.ts'
import { constant, type Graph, input, type Node, nodesOf, sizeOf } from './graph.ts'
import { compute, interpret } from './interpret.ts'
import { call } from './kernels.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

const clustersOf = (graph: Graph) =>
  clusters(
    graph,
    graph.outputs.filter(({ op }) => op !== 'Input'),
  )
const models = (stages: readonly Stage[]) => stages.filter(({ kind }) => kind === 'model').length
const computed = (graph: Graph) => nodesOf(graph).filter(({ op }) => op !== 'Input' && op !== 'Constant')

/** What the graph gives, and what its stages give one after the other; every stage may read only what earlier ones handed out. */
const outcomes = (graph: Graph, stages: readonly Stage[]) =>
  tidy(() => {
    const inputs = graph.inputs.map(({ shape }, i) => {
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, j) => Math.sin(1 + i + 1.7 * j))
      return compute(constant(values, shape, 'float32'), [])
    })
    const known = new Map<Node, Tensor>(graph.inputs.map((node, i) => [node, inputs[i]!]))
    const numbersOf = (node: Node) =>
      known.get(node) ?? (node.op === 'Constant' ? compute(node, []) : undefined)
    for (const { sources, results, graph: part } of stages) {
      const given = sources.map(numbersOf)
      expect(given).not.toContain(undefined)
      const made = interpret(part, given as Tensor[])
      results.forEach((node, i) => {
        expect(known.has(node)).toBe(false)
        known.set(node, made[i]!)
      })
    }
    return [interpret(graph, inputs), graph.outputs.map(node => numbersOf(node)!)].map(tensors =>
      tensors.map(tensor => tensor.dataSync()),
    )
  })

const holds = (graph: Graph, stages: readonly Stage[]) => {
  const [whole, parts] = outcomes(graph, stages)
  expect(parts).toEqual(whole)
  // Nothing is computed twice.
  const within = stages.reduce((sum, { graph: part }) => sum + computed(part).length, 0)
  expect(within).toBe(computed(graph).length)
}

describe('a random graph in stages', () => {
  test('is computed as it is whole', () => {
    let most = 0
    fc.assert(
      fc.property(steps(3), graph => {
        const stages = cut(graph, clustersOf(graph))
        most = Math.max(most, models(stages))
        holds(graph, stages)
      }),
      { numRuns: 300 },
    )
    expect(most).toBeGreaterThan(1)
  })

  test('is computed so too with fewer clusters, or none', () => {
    fc.assert(
      fc.property(steps(3), fc.infiniteStream(fc.boolean()), (graph, kept) => {
        const chosen = clustersOf(graph).filter(() => kept.next().value)
        const stages = cut(graph, chosen)
        expect(stages.filter(({ kind }) => kind === 'element-wise')).toHaveLength(chosen.length)
        holds(graph, stages)
        if (computed(graph).length > 0) expect(models(cut(graph, []))).toBe(1)
      }),
      { numRuns: 150 },
    )
  })

  test('cut well has no more models, and all clusters that are large or none', () => {
    for (const n of [3, 65])
      fc.assert(
        fc.property(steps(n, { most: 16 }), graph => {
          const found = clustersOf(graph)
          const [plain, well] = [cut(graph, found), cutWell(graph, found)]
          expect(models(well)).toBeLessThanOrEqual(models(plain))
          if (n === 65) expect([plain.length, cut(graph, []).length]).toContain(well.length)
          else expect(models(well)).toBeLessThanOrEqual(1)
          holds(graph, well)
        }),
        { numRuns: n === 65 ? 30 : 150 },
      )
  })
})

describe('clusters and what passes between the models that they part', () => {
  /** A weight of `rows` x 100 moves by a kernel; a sum of its move and of what else a first model makes is a second model's. */
  const graphOf = (rows: number) => {
    const [weight, data] = [input([100, 100]), input([rows, 100])]
    const hidden = call('Tanh', [
      call('BatchMatMul', [data, weight], { transposeA: false, transposeB: false }),
    ])
    const gradient = call('BatchMatMul', [data, hidden], { transposeA: true, transposeB: false })
    const moved = call('Sub', [
      weight,
      call('Multiply', [gradient, constant(Float32Array.of(0.1), [], 'float32')]),
    ])
    const again = call('BatchMatMul', [hidden, moved], { transposeA: false, transposeB: false })
    return { graph: { inputs: [weight, data], outputs: [moved, again] }, moved }
  }

  test.each([
    [10, 2],
    [1000, 1],
  ])('with %i rows handed over there are %i models', (rows, expected) => {
    const { graph, moved } = graphOf(rows)
    const found = clusters(graph, [moved])
    expect(found).toHaveLength(1)
    expect(models(cut(graph, found))).toBe(2)
    const stages = cutWell(graph, found)
    expect(models(stages)).toBe(expected)
    expect(stages).toHaveLength(expected === 2 ? 3 : 1)
  })
})

test('clusters that need each other are refused', () => {
  const x = input([4])
  const a = call('Neg', [x])
  const b = call('Square', [a])
  const c = call('Neg', [b])
  const d = call('Square', [c])
  const cluster = (nodes: Node[], inputs: Node[], outputs: Node[]): Cluster => ({
    nodes,
    inputs,
    outputs,
    n: 4,
  })
  const graph = { inputs: [x], outputs: [d] }
  expect(() => cut(graph, [cluster([a, c], [x, b], [a, c]), cluster([b, d], [a, c], [b, d])])).toThrow(
    'depend on each other in a circle',
  )
})
