import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constant, type Graph, input, type Node } from '../graph.ts'
import { fuse, supports } from './index.ts'
import { compute, interpret, node } from './interpret.fixture.ts'

const scalar = (value: number) => constant(Float32Array.of(value), [], 'float32')
const bool = { dtype: 'bool' } as const

/** Numbers at which kernels differ, and between them ordinary ones. */
const special = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3e38, -3e38, 1e-40, Infinity, -Infinity, NaN]
const samples = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => {
    const at = Math.imul(i + 1, 2654435761) ^ Math.imul(seed + 1, 40503)
    return i % 3 === 0 ? special[(at >>> 8) % special.length]! : (at % 10007) / 1001
  })

/** The largest distance between two arrays in units in the last place; NaN equals NaN, 0 is not -0 if `exact`. */
function ulps(actual: Float32Array, expected: Float32Array): number {
  const ordered = (x: number) => {
    const [bits] = new Int32Array(Float32Array.of(x).buffer)
    return bits! < 0 ? -(bits! & 0x7fffffff) : bits!
  }
  const apart = (a: number, b: number) =>
    Number.isNaN(a) || Number.isNaN(b)
      ? Number.isNaN(a) && Number.isNaN(b)
        ? 0
        : Infinity
      : Math.abs(ordered(a) - ordered(b))
  return expected.reduce(
    (most, x, i) => Math.max(most, apart(actual[i]!, x)),
    actual.length === expected.length ? 0 : Infinity,
  )
}

/** Bit for bit, but for NaNs' bits. */
const identical = (actual: Float32Array, expected: Float32Array) =>
  actual.length === expected.length && actual.every((x, i) => Object.is(x, expected[i]))

describe('kernels', () => {
  const x = input([45])
  const y = input([45])
  const above = node('Greater', [x, y], bool)
  const cases: [name: string, output: Node, within?: number][] = [
    ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'].map(
      op => [op, node(op, [x, y])] as [string, Node],
    ),
    ['SquaredDifference', node('SquaredDifference', [x, y]), 2],
    ...['Square', 'Sqrt', 'Neg', 'Abs', 'Relu', 'Sign', 'Reciprocal', 'Floor', 'Ceil', 'Round'].map(
      op => [op, node(op, [x])] as [string, Node],
    ),
    ['Rsqrt', node('Rsqrt', [x]), 1],
    ['Step', node('Step', [x], { attributes: { alpha: 0 } })],
    ['Step with a slope', node('Step', [x], { attributes: { alpha: 0.2 } })],
    ['ClipByValue', node('ClipByValue', [x], { attributes: { clipValueMin: -0.7, clipValueMax: 1.1 } })],
    ['AddN', node('AddN', [x, y, x])],
    ['Pow 2', node('Pow', [x, scalar(2)])],
    ['Pow 1/2', node('Pow', [node('Abs', [x]), scalar(0.5)])],
    ['Pow 2 as an integer', node('Pow', [x, constant(Int32Array.of(2), [], 'int32')])],
    ['Identity', node('Identity', [x])],
    ['ExpandDims', node('ExpandDims', [x], { attributes: { dim: 0 }, shape: [1, 45] })],
    ['Reshape', node('Reshape', [x], { attributes: { shape: [9, 5] }, shape: [9, 5] })],
    [
      'Tile',
      node('Add', [
        x,
        node('Tile', [node('Reshape', [scalar(3)], { attributes: { shape: [1] }, shape: [1] })], {
          attributes: { reps: [45] },
          shape: [45],
        }),
      ]),
    ],
    ['ZerosLike', node('Add', [x, node('ZerosLike', [y])])],
    ['OnesLike', node('Add', [x, node('OnesLike', [y])])],
    [
      'Fill',
      node('Add', [
        x,
        node('Fill', [], { attributes: { shape: [45], value: 0.1, dtype: 'float32' }, shape: [45] }),
      ]),
    ],
    ['a constant', node('Multiply', [x, scalar(0.1)])],
    [
      'a constant of one number',
      node('Multiply', [x, constant(new Float32Array(45).fill(0.3), [45], 'float32')]),
    ],
    ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].map(
      op => [op, node('Select', [node(op, [x, y], bool), x, y])] as [string, Node],
    ),
    ['Cast', node('Cast', [above], { attributes: { dtype: 'float32' } })],
    ['LogicalNot', node('Select', [node('LogicalNot', [above], bool), x, y])],
    ['LogicalAnd', node('Select', [node('LogicalAnd', [above, node('IsNan', [y], bool)], bool), x, y])],
    ['LogicalOr', node('Select', [node('LogicalOr', [above, node('IsNan', [y], bool)], bool), x, y])],
  ]

  it.each<[string, Node, number?]>(cases)('%s', async (_, output, within = 0) => {
    const graph = { inputs: [x, y], outputs: [output] }
    expect(supports(output)).toBe(true)
    // Every pair of special numbers, five rows of nine at a time.
    const pairs = special.flatMap(a => special.map(b => [a, b] as const))
    for (let from = 0; from < pairs.length; from += 45) {
      const values = [0, 1].map(side => Float32Array.from(pairs.slice(from, from + 45), pair => pair[side]!))
      const [expected] = await interpret(graph, values)
      const { outputs, strayed } = compute(graph, values)
      expect(ulps(outputs[0]!, expected!)).toBeLessThanOrEqual(within)
      expect(strayed).toBe(false)
    }
    const values = [samples(45, 1), samples(45, 2)]
    const [expected] = await interpret(graph, values)
    expect(ulps(compute(graph, values).outputs[0]!, expected!)).toBeLessThanOrEqual(within)
  })
})

/** Kernels that equal tfjs's bit for bit, signs of zeros included, so that they can be chained. */
const exact = {
  unary: ['Square', 'Sqrt', 'Neg', 'Abs', 'Relu', 'Sign', 'Reciprocal', 'Floor', 'Ceil'],
  binary: ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'AddN'],
  comparison: ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'],
}

/** A random expression over `n` elements: inputs, some of size 1, and one node for each triple of numbers. */
function grow(n: number, wide: number, narrow: number, picks: readonly (readonly number[])[]): Graph {
  const inputs = [
    ...Array.from({ length: wide }, () => input([n])),
    ...Array.from({ length: narrow }, () => input([])),
  ]
  const made: Node[] = [...inputs, scalar(0.9)]
  for (const [kind, a, b, c] of picks as [number, number, number, number][]) {
    const [x, y] = [made[a % made.length]!, made[b % made.length]!]
    if (kind % 3 === 0) made.push(node(exact.unary[c % exact.unary.length]!, [x]))
    else if (kind % 3 === 1 || x.shape.length !== y.shape.length) {
      const op = exact.binary[c % exact.binary.length]!
      made.push(node(op === 'AddN' && x.shape.length !== y.shape.length ? 'Add' : op, [x, y]))
    } else made.push(node('Select', [node(exact.comparison[c % 6]!, [x, y], bool), y, x]))
  }
  return { inputs, outputs: made.slice(-3) }
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 67 }), fc.integer({ min: 1000, max: 5000 }))
const picks = fc.array(fc.tuple(fc.nat(2), fc.nat(100), fc.nat(100), fc.nat(100)), {
  minLength: 3,
  maxLength: 25,
})

describe('expressions', () => {
  it('equal tfjs bit for bit, scalars and several outputs included', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(3),
        fc.nat(3),
        picks,
        fc.nat(),
        async (n, wide, narrow, chosen, seed) => {
          const graph = grow(n, wide, narrow, chosen)
          const values = graph.inputs.map(({ shape }, i) => samples(shape.length ? n : 1, seed + i))
          const expected = await interpret(graph, values)
          const { outputs, strayed } = compute(graph, values)
          expect(outputs.map((output, i) => identical(output, expected[i]!))).toEqual(
            expected.map(() => true),
          )
          expect(strayed).toBe(false)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('may be computed where their inputs are, and in shared memory', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, picks, fc.nat(), async (n, chosen, seed) => {
        const graph = grow(n, 3, 1, chosen)
        fc.pre(graph.outputs.every(({ shape }) => shape.length > 0))
        const values = graph.inputs.map(({ shape }, i) => samples(shape.length ? n : 1, seed + i))
        const expected = await interpret(graph, values)
        const { outputs, strayed } = compute(graph, values, { over: [2, undefined, 0], shared: true })
        expect(outputs.map((output, i) => identical(output, expected[i]!))).toEqual(expected.map(() => true))
        expect(strayed).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('leave memory alone when there is nothing to compute', () => {
    const x = input([16])
    const memory = new WebAssembly.Memory({ initial: 1 })
    const [kernel] = fuse([{ inputs: [x], outputs: [node('Add', [x, scalar(1)])] }], memory)
    kernel!.run(0, [0], [64])
    expect(new Uint8Array(memory.buffer).every(byte => byte === 0)).toBe(true)
    expect(fuse([], memory)).toEqual([])
  })

  it('of one structure share a function', () => {
    const moved = (n: number, rate: number) => {
      const [p, g] = [input([n]), input([n])]
      return { inputs: [p, g], outputs: [node('Sub', [p, node('Multiply', [g, scalar(rate)])])] }
    }
    const memory = new WebAssembly.Memory({ initial: 1 })
    const [a, b, c] = fuse([moved(10, 0.5), moved(300, 0.5), moved(10, 0.25)], memory)
    expect(b).toBe(a)
    expect(c).not.toBe(a)
  })

  const x = input([6])
  it.each<[string, Graph, string]>([
    [
      'an unknown kernel',
      { inputs: [x], outputs: [node('Exp', [x])] },
      'no element-wise expression for Exp of shape [6] (float32) from Input of shape [6] (float32); make it an input',
    ],
    [
      'broadcasting of a row',
      { inputs: [x, input([2, 6])], outputs: [node('Add', [x, input([2, 6])], { shape: [2, 6] })] },
      'has tensors of one size besides 1; these have sizes 6, 12',
    ],
    [
      'a condition as a result',
      { inputs: [x], outputs: [node('Greater', [x, scalar(0)], bool)] },
      'reads and writes float32; its output Greater is bool',
    ],
    [
      'a tensor that is no input',
      { inputs: [], outputs: [node('Neg', [x])] },
      'no element-wise expression for Input of shape [6] (float32); make it an input',
    ],
  ])('refuse %s', (_, graph, message) => {
    expect(() => fuse([graph], new WebAssembly.Memory({ initial: 1 }))).toThrow(message)
  })
})
