import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { setBackend, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { computations } from '../cases.fixture.ts'
import { constant, type Graph, input, type Node, nodesOf, sizeOf } from '../graph.ts'
import { compute, interpret } from '../interpret.ts'
import { call } from '../kernels.ts'
import { trace } from '../trace.ts'
import { optimize, passes } from './index.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

const all = { ...passes, 'all of them': (graph: Graph) => optimize(graph) }

/** Both graphs on the same numbers, and what they give. */
const outcomes = (graph: Graph, changed: Graph) =>
  tidy(() => {
    const inputs = graph.inputs.map(node => {
      const values = Float32Array.from({ length: sizeOf(node.shape) }, (_, i) => Math.sin(1 + 1.7 * i))
      return compute(constant(values, node.shape, 'float32'), [])
    })
    const read = (g: Graph) => interpret(g, inputs).map(t => ({ shape: t.shape, data: [...t.dataSync()] }))
    return [read(graph), read(changed)] as const
  })

const same = (graph: Graph, changed: Graph) => {
  expect(changed.inputs).toEqual(graph.inputs)
  const [before, after] = outcomes(graph, changed)
  before.forEach(({ shape, data }, i) => {
    expect(after[i]!.shape).toEqual(shape)
    data.forEach((x, j) => {
      const y = after[i]!.data[j]!
      expect(Object.is(x, y) || Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(x)), `${x} became ${y}`).toBe(
        true,
      )
    })
  })
}

/** Graphs of what passes look for: moves of elements, constants of one number, operations on them, products. */
const graphs = fc
  .array(fc.tuple(fc.nat(11), fc.nat(), fc.nat()), { minLength: 3, maxLength: 25 })
  .map((choices): Graph => {
    const x = input([2, 3])
    const y = input([3, 3])
    const nodes: Node[] = [
      x,
      y,
      constant(new Float32Array(6).fill(1), [2, 3], 'float32'),
      constant(new Float32Array(9), [3, 3], 'float32'),
      constant(Float32Array.of(2), [], 'float32'),
    ]
    for (const [kind, i, j] of choices) {
      const a = nodes[i % nodes.length]!
      const alike = nodes.filter(n => n.shape.join() === a.shape.join() || n.shape.length === 0)
      const b = alike[j % alike.length]!
      const rank = a.shape.length
      const moved = [...a.shape.keys()].reverse()
      const flat = [sizeOf(a.shape)]
      const rows = nodes.filter(n => rank === 2 && n.shape.length === 2 && n.shape[1] === a.shape[1])
      nodes.push(
        kind < 5
          ? call(['Add', 'Sub', 'Multiply', 'Maximum', 'RealDiv'][kind]!, j % 2 ? [a, b] : [b, a])
          : kind === 5
            ? call('Reshape', [a], { shape: j % 2 ? flat : a.shape })
            : kind === 6
              ? call('Transpose', [a], { perm: j % 3 ? moved : [...a.shape.keys()] })
              : kind === 7
                ? call('Sum', [a], { axis: rank === 0 ? [] : [j % rank], keepDims: j % 2 === 0 })
                : kind === 8
                  ? call('Neg', [a])
                  : kind === 9
                    ? call('Fill', [], { shape: a.shape, value: (j % 3) - 1, dtype: 'float32' })
                    : kind === 10 && rows.length > 0
                      ? call('BatchMatMul', [a, rows[j % rows.length]!], {
                          transposeA: false,
                          transposeB: true,
                        })
                      : call('Square', [a]),
      )
    }
    return { inputs: [x, y], outputs: nodes.slice(-4) }
  })

describe.each(Object.entries(all))('%s', (_, pass) => {
  test('changes no result of a random graph', () => {
    fc.assert(
      fc.property(graphs, graph => same(graph, pass(graph))),
      { numRuns: 150 },
    )
  })
})

test('no derivative of the gradient gate is changed', () => {
  for (const { shapes, f, name } of computations.filter(c => !c.name.startsWith('topk'))) {
    const graph = trace(
      f,
      shapes.map(shape => ({ shape, dtype: 'float32' })),
    )
    const changed = optimize(graph)
    expect(nodesOf(changed).length, name).toBeLessThanOrEqual(nodesOf(graph).length)
    same(graph, changed)
  }
})

test('passes are left out by name', () => {
  const x = input([2, 3])
  const graph = { inputs: [x], outputs: [call('Add', [call('Neg', [x]), call('Neg', [x])])] }
  const count = (changed: Graph) => nodesOf(changed).length
  expect([count(optimize(graph)), count(optimize(graph, { without: ['merge'] }))]).toEqual([3, 4])
  expect(optimize(graph, { without: Object.keys(passes) })).toEqual(graph)
  expect(() => optimize(graph, { without: ['fold'] })).toThrow(
    'no pass "fold" to leave out; known: uniform, simplify',
  )
})

describe('what each pass is for', () => {
  const x = input([2, 3])
  const y = input([3, 3])
  const ops = (graph: Graph) =>
    nodesOf(graph)
      .map(({ op }) => op)
      .filter(op => op !== 'Input')

  test('uniform: ones and zeros become scalars that broadcast', () => {
    const ones = call('Fill', [], { shape: [2, 3], value: 1, dtype: 'float32' })
    const graph = passes.uniform!({
      inputs: [x],
      outputs: [call('Sub', [x, call('Multiply', [ones, ones])])],
    })
    expect(ops(graph)).toEqual(['Constant', 'Sub'])
    expect(graph.outputs[0]!.inputs[1]!.shape).toEqual([])
  })

  test('simplify: what changes nothing is left out, products read transposed matrices', () => {
    const turned = call('Transpose', [x], { perm: [1, 0] })
    const back = call('Transpose', [turned], { perm: [1, 0] })
    const product = call('BatchMatMul', [turned, call('Reshape', [back], { shape: [2, 3] })], {
      transposeA: false,
      transposeB: false,
    })
    const graph = passes.simplify!({ inputs: [x], outputs: [product] })
    expect(ops(graph)).toEqual(['BatchMatMul'])
    expect(graph.outputs[0]!.attributes).toMatchObject({ transposeA: true, transposeB: false })
  })

  test('simplify: what is the same for many elements is applied where there are fewest', () => {
    const [row, two] = [input([3]), constant(Float32Array.of(2), [], 'float32')]
    const sum = (node: Node) => call('Sum', [node], { axis: [0], keepDims: false })
    const graph = {
      inputs: [x, row],
      outputs: [
        call('Multiply', [row, call('Multiply', [two, x])]),
        sum(call('Neg', [x])),
        sum(call('Multiply', [two, x])),
        // A row times the other operand is as large as that.
        sum(call('Multiply', [row, x])),
      ],
    }
    const simplified = passes.simplify!(graph)
    const large = nodesOf(simplified).filter(({ op, shape }) => op !== 'Input' && sizeOf(shape) === 6)
    expect(large.map(({ op }) => op)).toEqual(['Multiply', 'Multiply'])
    same(graph, simplified)
  })

  test('join: a sum of parts in zeros is their concatenation', () => {
    const part = (i: number) => call('Slice', [x], { begin: [0, i], size: [2, 1] })
    const inZeros = (node: Node, i: number) =>
      call('PadV2', [node], {
        paddings: [
          [0, 0],
          [i, 2 - i],
        ],
        constantValue: 0,
      })
    const terms = [2, 0, 1].map(i => inZeros(call('Neg', [part(i)]), i))
    const sum = (list: Node[]) => list.reduce((a, b) => call('Add', [a, b]))
    const graph = { inputs: [x], outputs: [sum(terms)] }
    const joined = passes.join!(graph)
    expect(joined.outputs[0]!.op).toBe('Concat')
    same(graph, joined)
    // Parts that overlap, or leave a gap, stay.
    for (const list of [[terms[0]!, terms[0]!, terms[1]!], terms.slice(0, 2)]) {
      const other = { inputs: [x], outputs: [sum(list)] }
      expect(passes.join!(other).outputs[0]!.op).toBe('Add')
    }
  })

  test('bias: what is added to every row is added by the product', () => {
    const rows = call('BatchMatMul', [x, y], { transposeA: false, transposeB: false })
    const vector = input([3])
    const added = call('Add', [rows, vector])
    const graph = { inputs: [x, y, vector], outputs: [added] }
    const fused = passes.bias!(graph)
    expect(ops(fused)).toEqual(['_FusedMatMul'])
    same(graph, fused)
    // The product itself is needed besides, or what is added is no row.
    for (const outputs of [[added, rows], [call('Add', [rows, call('Neg', [rows])])]])
      expect(ops(passes.bias!({ ...graph, outputs }))).not.toContain('_FusedMatMul')
  })

  test('bias: of convolutions', () => {
    const [images, filter, channels] = [input([2, 4, 3, 2]), input([2, 2, 2, 3]), input([1, 1, 1, 3])]
    const how = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 }
    const graph = {
      inputs: [images, filter, channels],
      outputs: [call('Add', [channels, call('Conv2D', [images, filter], how)])],
    }
    const fused = passes.bias!(graph)
    expect(ops(fused)).toEqual(['Reshape', 'FusedConv2D'])
    same(graph, fused)
  })

  test('activation: a rectifier is applied by the convolution, and its derivative told from its result', () => {
    const [images, filter] = [input([2, 4, 3, 2]), input([2, 2, 2, 3])]
    const how = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 }
    const y = call('Conv2D', [images, filter], how)
    for (const [op, attributes] of [
      ['Relu', {}],
      ['LeakyRelu', { alpha: 0.2 }],
    ] as const) {
      const mask = call('Step', [y], { alpha: 0.2 })
      const graph = { inputs: [images, filter], outputs: [mask, call(op, [y], attributes)] }
      const fused = passes.activation!(graph)
      expect(ops(fused)).toEqual(['FusedConv2D', 'Step'])
      same(graph, fused)
    }
    // What is given back with another sign, or is needed besides, stays.
    const turned = call('LeakyRelu', [y], { alpha: -1 })
    const graph = { inputs: [images, filter], outputs: [call('Step', [y], { alpha: 0 }), turned] }
    expect(ops(passes.activation!(graph))).toEqual(['Conv2D', 'Step', 'LeakyRelu'])
    const besides = { ...graph, outputs: [y, call('Relu', [y])] }
    expect(ops(passes.activation!(besides))).toEqual(['Conv2D', 'Relu'])
  })

  test('unfold: pixels are repeated where they stay', () => {
    const pixels = input([6, 1, 2])
    const copies = call('Tile', [pixels], { reps: [1, 4, 1] })
    const apart = call('Reshape', [copies], { shape: [2, 6, 2, 2] })
    const enlarged = call('Transpose', [apart], { perm: [0, 2, 1, 3] })
    const graph = { inputs: [pixels], outputs: [enlarged] }
    const unfolded = passes.unfold!(graph)
    expect(ops(unfolded)).toEqual(['Reshape', 'Tile', 'Reshape'])
    same(graph, unfolded)
    // Where pixels themselves change places, they have to be moved.
    const mirrored = { inputs: [pixels], outputs: [call('Transpose', [apart], { perm: [1, 0, 2, 3] })] }
    expect(ops(passes.unfold!(mirrored))).toContain('Transpose')
  })

  test('merge: what is computed twice is computed once', () => {
    const graph = passes.merge!({
      inputs: [x],
      outputs: [call('Add', [call('Square', [x]), call('Square', [x])])],
    })
    expect(ops(graph)).toEqual(['Square', 'Add'])
  })
})
