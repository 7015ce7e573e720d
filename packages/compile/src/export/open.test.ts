import '@tensorflow/tfjs-backend-cpu'
import { add, concat, reshape, setBackend, sum, tensor1d, tile } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Data, ModelGraph } from '../onnx/encode.ts'
import { toOnnx } from './onnx.ts'
import { type Counting, FixedBatch, openBatch } from './open.ts'
import type { RowFunction } from './row-function.ts'

beforeAll(() => setBackend('cpu'))

const counting: Counting = {
  ints: (name, values) => ({ name, shape: [values.length], type: 'int32', data: Int32Array.from(values) }),
  shape: ({ input, slopes, offsets, shape }) => ({
    nodes: [
      { op: 'Count', inputs: [input], outputs: ['rows'], attributes: {} },
      { op: 'Line', inputs: ['rows', slopes, offsets], outputs: [shape], attributes: {} },
    ],
    initializers: [],
  }),
}

/** A model whose operators read a vector of whole numbers that depends on the rows. */
const sized =
  (of: (n: number) => number[], ...ops: string[]) =>
  (rows: number) => {
    const graph: ModelGraph = {
      nodes: ops.map((op, i) => ({ op, inputs: ['x', 'c'], outputs: [`y${i}`], attributes: {} })),
      initializers: [{ name: 'c', shape: [of(rows).length], type: 'int32', data: Int32Array.from(of(rows)) }],
      inputs: [{ name: 'x', shape: [rows, 2], type: 'float32' }],
      outputs: [{ name: 'y0', shape: [rows], type: 'float32' }],
    }
    return { rows, graph }
  }
const opened = (model: (rows: number) => { rows: number; graph: ModelGraph }) =>
  openBatch([model(11), model(13), model(17)], counting)
const constants = ({ initializers }: ModelGraph) =>
  Object.fromEntries(initializers.map(({ name, data }): [string, Data] => [name, data]))

describe('openBatch', () => {
  it('lets a Reshape find out one size', () => {
    const { initializers, nodes, inputs, outputs } = opened(sized(n => [n * 4, 7], 'Reshape'))
    expect(initializers.map(({ data }) => [...data])).toEqual([[-1, 7]])
    expect(nodes).toHaveLength(1)
    expect([inputs[0]!.shape, outputs[0]!.shape]).toEqual([['batch', 2], ['batch']])
  })

  it('has other shapes computed, the rows counted once', () => {
    const graph = opened(sized(n => [n, 3 * n + 1, 5], 'Fill', 'Slice'))
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Count', 'Line', 'Fill', 'Slice'])
    expect(constants(graph)).toEqual({
      'c/slopes': Int32Array.of(1, 3, 0),
      'c/offsets': Int32Array.of(0, 1, 5),
    })
  })

  it('has a shape computed that a Reshape alone cannot find out, or shares with others', () => {
    for (const model of [
      sized(n => [n, n], 'Reshape'),
      sized(n => [n + 1], 'Reshape'),
      sized(n => [n, 2], 'Reshape', 'Fill'),
    ])
      expect(Object.keys(constants(opened(model)))).toEqual(['c/slopes', 'c/offsets'])
  })

  it('leaves alone what does not depend on rows', () => {
    expect(constants(opened(sized(() => [4, 5], 'Reshape')))).toEqual({ c: Int32Array.of(4, 5) })
  })

  it.each<[string, (rows: number) => { rows: number; graph: ModelGraph }, RegExp]>([
    ['numbers on no line', sized(n => [n * n], 'Fill'), /Fill takes numbers that depend/],
    ['a line of fractions', sized(n => [n >> 1], 'Fill'), /Fill takes numbers/],
    ['a vector of another length', sized(n => Array(n).fill(1), 'Add'), /Add takes numbers/],
    ['other operators', n => sized(() => [1], n > 12 ? 'Add' : 'Sub')(n), /operators depend/],
  ])('refuses %s', (_, model, message) => {
    expect(() => opened(model)).toThrow(FixedBatch)
    expect(() => opened(model)).toThrow(message)
  })
})

describe('a function of rows', () => {
  const f = (apply: RowFunction['apply']): RowFunction => ({
    inputs: { x: { shape: [2], dtype: 'float32' } },
    output: 'y',
    weights: { 'params/w': tensor1d([1, 2]) },
    apply,
  })

  it('may repeat a weight for each of them', async () => {
    const repeated = f(([x], [w]) => concat([x!, tile(reshape(w!, [1, 2]), [x!.shape[0]!, 1])], 1))
    expect((await toOnnx(repeated)).length).toBeGreaterThan(0)
  })

  it('that looks at all of them has a number of rows of its own, and can be had for it', async () => {
    const total = f(([x]) => add(x!, sum(x!, 0, true)))
    await expect(toOnnx(total)).rejects.toThrow(FixedBatch)
    expect((await toOnnx(total, { batch: 4 })).length).toBeGreaterThan(0)
  })
})
