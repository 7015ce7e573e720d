import { describe, expect, it } from 'vitest'
import { constant, type Graph, input, type Node, nodesOf } from '../graph.ts'
import { type Cluster, clusters } from './clusters.ts'
import { compute, interpret, node } from './interpret.fixture.ts'

const scalar = (value: number) => constant(Float32Array.of(value), [], 'float32')
const add = (a: Node, b: Node) => node('Add', [a, b])
const sub = (a: Node, b: Node) => node('Sub', [a, b])
const mul = (a: Node, b: Node) => node('Multiply', [a, b])
/** Something that is not element-wise and keeps the shape. */
const heavy = (...inputs: Node[]) =>
  node('Tanh', inputs.length > 1 ? [node('Concat', inputs, { shape: inputs[0]!.shape })] : inputs)

const adam = (p: Node, m: Node, v: Node, g: Node, rate: Node) => {
  const mean = add(mul(m, scalar(0.5)), mul(g, scalar(0.5)))
  const square = add(mul(v, scalar(0.99)), mul(node('Square', [g]), scalar(0.01)))
  const move = node('RealDiv', [mean, add(node('Sqrt', [square]), scalar(1e-8))])
  return { p: sub(p, mul(rate, move)), m: mean, v: square }
}

/** Whether every cluster can be computed at once: no circle of clusters and other nodes. */
function runs(graph: Graph, found: readonly Cluster[]): boolean {
  const clusterOf = new Map(found.flatMap(cluster => cluster.nodes.map(node => [node, cluster])))
  const ready = new Set<Node>()
  const left = new Set(nodesOf(graph))
  for (let before = -1; before !== left.size; ) {
    before = left.size
    for (const node of left) {
      const cluster = clusterOf.get(node)
      const needs = cluster ? cluster.inputs : node.inputs.filter(from => from.op !== 'Constant')
      if (!needs.every(from => ready.has(from))) continue
      for (const made of cluster ? cluster.nodes : [node]) {
        ready.add(made)
        left.delete(made)
      }
    }
  }
  return left.size === 0
}

/** Sizes of what was found: nodes, inputs, outputs, elements. */
const outline = (found: readonly Cluster[]) =>
  found.map(({ nodes, inputs, outputs, n }) => [nodes.length, inputs.length, outputs.length, n])

describe('clusters', () => {
  const rate = node('Exp', [input([])])
  const moments = (n: number) => [input([n]), input([n]), input([n])] as const

  it('are one for each parameter, with its moments and average', () => {
    const [[a, am, av], [b, bm, bv]] = [moments(8), moments(5)]
    const x = heavy(a)
    const nextA = adam(a, am, av, x, rate)
    const nextB = adam(
      b,
      bm,
      bv,
      node('Reshape', [node('Sum', [x], { shape: [1, 5] })], { shape: [5] }),
      rate,
    )
    const old = input([8])
    const average = add(old, mul(sub(nextA.p, old), scalar(0.01)))
    const outputs = [nextA.p, nextA.m, nextA.v, nextB.p, nextB.m, nextB.v, average]
    const graph = { inputs: [a, am, av, b, bm, bv, old], outputs }
    const found = clusters(graph, outputs)
    expect(outline(found)).toEqual([
      [15, 6, 4, 8],
      [13, 5, 3, 5],
    ])
    expect(found[0]!.inputs).toEqual(expect.arrayContaining([a, am, av, x, rate, old]))
    expect(found[0]!.outputs).toEqual(expect.arrayContaining([nextA.p, nextA.m, nextA.v, average]))
    expect(runs(graph, found)).toBe(true)
  })

  it('are one for each move where a parameter moves several times in a step', () => {
    const [p, m, v] = moments(8)
    const [q, qm, qv] = moments(8)
    let critic = { p: p as Node, m: m as Node, v: v as Node }
    for (let move = 0; move < 5; move++) critic = adam(critic.p, critic.m, critic.v, heavy(critic.p, q), rate)
    const generator = adam(q, qm, qv, heavy(q, critic.p), rate)
    const outputs = [critic.p, critic.m, critic.v, generator.p, generator.m, generator.v]
    const graph = { inputs: [p, m, v, q, qm, qv], outputs }
    const found = clusters(graph, outputs)
    expect(outline(found)).toEqual(Array(6).fill([12, 5, 3, 8]))
    expect(runs(graph, found)).toBe(true)
  })

  it('are found where an update looks ahead and is thrown away', () => {
    const [p, m, v] = moments(8)
    const ahead = adam(p, m, v, heavy(p), rate)
    const next = adam(p, m, v, heavy(ahead.p), rate)
    const outputs = [next.p, next.m, next.v]
    const graph = { inputs: [p, m, v], outputs }
    const found = clusters(graph, outputs)
    expect(outline(found).toSorted()).toEqual([
      [12, 5, 1, 8],
      [12, 5, 3, 8],
    ])
    expect(found.map(cluster => cluster.outputs)).toContainEqual([ahead.p])
    expect(runs(graph, found)).toBe(true)
  })

  it('do not wait for each other in a circle by way of other clusters', () => {
    // Two tensors of one size: each of the second's moves needs the first's, and back.
    const [a, b] = [input([8]), input([8])]
    const step = (x: Node, g: Node) => sub(x, mul(g, scalar(0.1)))
    const a1 = step(a, heavy(b))
    const b1 = step(b, heavy(a1))
    const a2 = step(a1, heavy(b1))
    const b2 = step(b1, heavy(a2))
    const outputs = [a2, b2, add(a2, b1), add(a1, b2)]
    const graph = { inputs: [a, b], outputs }
    const found = clusters(graph, outputs)
    expect(found.length).toBeGreaterThan(1)
    expect(runs(graph, found)).toBe(true)
  })

  it('give what is needed outside', () => {
    const [p, g] = [input([8]), heavy(input([8]))]
    const step = mul(g, scalar(0.1))
    const next = sub(p, step)
    const length = node('Sum', [step], { shape: [] })
    const graph = { inputs: [p], outputs: [next, length] }
    expect(clusters(graph, [next]).map(({ outputs }) => outputs)).toEqual([[step, next]])
  })

  it('take conditions in where they are not needed elsewhere', () => {
    const [p, g] = [input([8]), heavy(input([8]))]
    const above = node('Greater', [g, scalar(0)], { dtype: 'bool' })
    const next = sub(p, node('Select', [above, g, p]))
    const inside = { inputs: [p], outputs: [next] }
    expect(outline(clusters(inside, [next]))).toEqual([[3, 2, 1, 8]])
    // Used by another node, it stays outside, and the choice with it: one subtraction is left, which is no cluster.
    const elsewhere = { inputs: [p], outputs: [next, node('Any', [above], { shape: [], dtype: 'bool' })] }
    expect(clusters(elsewhere, [next])).toEqual([])
  })

  it('leave scalars, rows, single operations and what goes nowhere', () => {
    const x = input([2, 4])
    const count = add(input([]), scalar(1))
    const row = add(mul(x, input([4])), input([4]))
    const one = add(x, heavy(x))
    const activation = node('Relu', [mul(heavy(x), scalar(2))])
    const copied = node('Reshape', [heavy(x)], { shape: [8] })
    const graph = { inputs: [x], outputs: [count, row, one, activation, copied] }
    expect(clusters(graph, [count, row, one, copied])).toEqual([])
  })

  it('compute what the whole graph computes', async () => {
    const [p, m, v] = moments(37)
    const [g, old] = [input([37]), input([37])]
    const lr = input([])
    const next = adam(p, m, v, node('Tanh', [g]), node('Exp', [lr]))
    const outputs = [next.p, next.m, next.v, add(old, mul(sub(next.p, old), scalar(0.01)))]
    const graph = { inputs: [p, m, v, g, old, lr], outputs }
    const [cluster, ...others] = clusters(graph, outputs)
    expect(others).toEqual([])
    const values = graph.inputs.map(({ shape }, i) =>
      Float32Array.from({ length: shape.length ? 37 : 1 }, (_, j) => Math.abs(Math.sin(i * 100 + j))),
    )
    const wanted = await interpret({ inputs: graph.inputs, outputs: [...cluster!.outputs] }, values)
    const given = await interpret({ inputs: graph.inputs, outputs: [...cluster!.inputs] }, values)
    expect(compute(cluster!, given).outputs).toEqual(wanted)
  })
})
