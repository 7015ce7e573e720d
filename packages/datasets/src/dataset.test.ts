import '@tensorflow/tfjs-backend-cpu'
import { key } from '@equilibria/core'
import { setBackend, tensor1d, tensor2d, memory as tensors } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { dataset } from './dataset.ts'
import { memory } from './memory.ts'
import { byClass, heldOut, subset, withLabels } from './select.ts'

beforeAll(() => setBackend('cpu'))

// Row i is [i, -i], of class i % 3.
const rows = Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2))
const labels = Array.from({ length: 10 }, (_, i) => i % 3)
const ten = () => memory({ name: 'ten', rows, shape: [2], labels })

const read = async (batch: Awaited<ReturnType<ReturnType<typeof ten>['at']>>) => {
  const points = (await batch.data.array()) as number[][]
  const marks = batch.labels && ((await batch.labels.array()) as number[])
  batch.data.dispose()
  batch.labels?.dispose()
  return { first: points.map(p => p[0]), second: points.map(p => p[1]), marks }
}

test('labels and values stay with their rows in every order', async () => {
  const data = ten()
  for (const step of [0, 1, 2]) {
    const { first, second, marks } = await read(await data.at({ step, n: 7, key: key(5) }))
    expect(second.map(v => -v! + 0)).toEqual(first)
    expect(marks).toEqual(first.map(v => v! % 3))
  }
})

test('pass shows every row once, in order, the last batch being smaller', async () => {
  const batches = []
  for await (const batch of ten().pass(4)) batches.push((await read(batch)).first)
  expect(batches).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
  ])
})

test('the caller owns what a batch holds and nothing else is left', async () => {
  const data = ten()
  const before = tensors().numTensors
  const batch = await data.at({ step: 0, n: 4, key: key(0) })
  expect(tensors().numTensors).toBe(before + 2)
  expect(batch.labels!.dtype).toBe('int32')
  batch.data.dispose()
  batch.labels!.dispose()
  expect(tensors().numTensors).toBe(before)
})

test('bytes are read as [-1, 1], floats as they are, with their range', async () => {
  const bytes = memory({ name: 'bytes', rows: Uint8Array.of(0, 255, 51, 204), shape: [2] })
  const [row] = [await bytes.rows([1])]
  expect(Array.from(await row.data.data())).toEqual([
    Math.fround(51 / 127.5 - 1),
    Math.fround(204 / 127.5 - 1),
  ])
  expect(Array.from(await (await bytes.rows([0])).data.data())).toEqual([-1, 1])
  expect(bytes.range).toEqual([-1, 1])
  expect(ten().range).toEqual([-9, 9])
  expect(ten().classes).toBe(3)
})

test('a dataset of ones own is its facts and a function of indices', async () => {
  const squares = dataset(
    { name: 'squares', size: 6, shape: [1], range: [0, 25], note: 'mine' },
    indices => ({
      data: tensor2d(
        Array.from(indices, i => [i * i]),
        [indices.length, 1],
      ),
      labels: tensor1d(Array.from(indices), 'int32'),
    }),
  )
  expect(squares.note).toBe('mine')
  const { data, labels } = await squares.at({ step: 3, n: 4, key: key(1) })
  expect(Array.from(await data.data())).toEqual(Array.from(await labels.data(), i => i * i))
})

test('a subset renumbers rows and keeps labels and facts', async () => {
  const some = subset(ten(), [7, 2, 9])
  expect([some.size, some.classes, [...some.labels!]]).toEqual([3, 3, [1, 2, 0]])
  expect((await read(await some.rows([2, 0]))).first).toEqual([9, 7])
  expect((await read(await some.at({ step: 0, n: 3, key: key(0) }))).first.sort()).toEqual([2, 7, 9])
})

test('held-out rows are never trained on, and the choice is the seed’s', async () => {
  const parts = heldOut(ten(), 3, 4)
  const held = (await read(await parts.heldOut.rows([0, 1, 2]))).first
  const kept = (await read(await parts.train.rows([0, 1, 2, 3, 4, 5, 6]))).first
  expect([...held, ...kept].sort((a, b) => a! - b!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect((await read(await heldOut(ten(), 3, 4).heldOut.rows([0, 1, 2]))).first).toEqual(held)
  expect((await read(await heldOut(ten(), 3, 5).heldOut.rows([0, 1, 2]))).first).not.toEqual(held)
})

test('rows can be chosen by class', async () => {
  const chosen = byClass(ten(), [0, 2])
  const { first, marks } = await read(await chosen.rows([...Array(chosen.size).keys()]))
  expect(first).toEqual([0, 2, 3, 5, 6, 8, 9])
  expect(marks).toEqual([0, 2, 0, 2, 0, 2, 0])
})

test('labels can be given, in place of others too', async () => {
  const relabelled = withLabels(ten(), [4, 4, 4, 4, 4, 0, 0, 0, 0, 0])
  const before = tensors().numTensors
  const { first, marks } = await read(await relabelled.at({ step: 0, n: 6, key: key(2) }))
  expect(marks).toEqual(first.map(v => (v! < 5 ? 4 : 0)))
  expect(tensors().numTensors).toBe(before)
  expect(relabelled.classes).toBe(5)
})

const none = () => memory({ name: 'none', rows, shape: [2] })
test.each([
  ['no rows', () => memory({ name: 'x', rows: new Uint8Array(0), shape: [2] }), 'x: there are no rows'],
  [
    'a broken row',
    () => memory({ name: 'x', rows: new Uint8Array(5), shape: [2] }),
    '5 values are not a whole number of rows',
  ],
  [
    'too few labels',
    () => memory({ name: 'x', rows, shape: [2], labels: [0] }),
    'there are 10 rows but 1 labels',
  ],
  ['a negative label', () => withLabels(none(), [0, 0, -1, 0, 0, 0, 0, 0, 0, 0]), 'the label of row 2 is -1'],
  [
    'a label beyond',
    () => withLabels(none(), labels, 2),
    'the label of row 2 is 2; expected a whole number from 0 to 1',
  ],
  ['not finite', () => memory({ name: 'x', rows: Float32Array.of(0, NaN), shape: [2] }), 'value 1 is NaN'],
  ['a row beyond', () => ten().rows([10]), 'rows are numbered 0 .. 9, got 10'],
  ['an empty subset', () => subset(ten(), [], 'mine'), 'mine: none of the 10 rows of ten was chosen'],
  ['a subset beyond', () => subset(ten(), [11]), 'rows are numbered 0 .. 9, got 11'],
  ['all held out', () => heldOut(ten(), 10), 'can hold out between 1 and 9 rows, got 10'],
  ['no such class', () => byClass(ten(), 3), 'no row is of class 3; its classes are 0 .. 2'],
  ['no labels', () => byClass(none(), 0), 'none has no labels to choose by'],
  [
    'no shape',
    () => dataset({ name: 'x', size: 1, shape: [0], range: [0, 1] }, () => ({ data: tensor1d([]) })),
    'row shape of positive',
  ],
  [
    'no size',
    () => dataset({ name: 'x', size: 0, shape: [1], range: [0, 1] }, () => ({ data: tensor1d([]) })),
    'positive number of rows, got 0',
  ],
])('%s: a clear error', (_, f, message) => {
  expect(f).toThrow(message)
})
