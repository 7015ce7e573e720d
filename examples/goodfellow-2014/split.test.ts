import '@tensorflow/tfjs-backend-cpu'
import { type Dataset, memory as rowsInMemory } from '@equilibria/datasets'
import { mnist } from '@equilibria/datasets/node'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { splitOf } from './experiment.ts'

vi.mock('@equilibria/datasets/node', () => ({ mnist: vi.fn() }))

beforeAll(() => setBackend('cpu'))

/** Has MNIST be so many images to train on, each of which is its own number, and 30 to test. */
const haveMnist = (size: number) => {
  const numbered = (n: number, name: string) =>
    rowsInMemory({ name, rows: Float32Array.from({ length: n }, (_, i) => i), shape: [1] })
  vi.mocked(mnist).mockImplementation(
    async ({ split = 'train' } = {}) =>
      (split === 'test' ? numbered(30, 'mnist (test)') : numbered(size, 'mnist')) as never,
  )
}

const numbers = async (data: Dataset) => {
  const { data: rows } = await data.rows(Array.from({ length: data.size }, (_, i) => i))
  const read = [...(await rows.data())]
  rows.dispose()
  return read
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test('of the full set, the first 50,000 are trained on and the other 10,000 kept out', async () => {
  haveMnist(60_000)
  const { train, validation, test } = await splitOf()
  expect(await numbers(train)).toEqual(range(0, 50_000))
  expect(await numbers(validation)).toEqual(range(50_000, 60_000))
  expect(await numbers(test)).toEqual(range(0, 30))
})

test('of a smaller set 1,000 are kept out', async () => {
  haveMnist(8000)
  const { train, validation } = await splitOf()
  expect([train.size, validation.size]).toEqual([7000, 1000])
  expect([...(await numbers(train)), ...(await numbers(validation))].sort((a, b) => a - b)).toEqual(
    range(0, 8000),
  )
})
