import '@tensorflow/tfjs-backend-cpu'
import { key, uniforms } from '@equilibria/core'
import { type Dataset, memory as rowsInMemory, subset } from '@equilibria/datasets'
import { parzenLogLikelihood } from '@equilibria/metrics'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { centresOf, kMeansCentres, parzenOf, trainingImages } from './judge.ts'

beforeAll(() => setBackend('cpu'))

/** Images of 2x2 in one of four greys, with some noise. */
const images = (seed: number, n: number): Dataset => {
  const noise = uniforms(key(seed), n * 4)
  return rowsInMemory({
    name: `images ${seed}`,
    rows: Uint8Array.from(noise, (u, i) => 40 + 50 * (Math.floor(i / 4) % 4) + 20 * u),
    shape: [2, 2, 1],
  })
}
const split = { train: images(1, 120), validation: images(2, 1100), test: images(3, 60) }

const rowsOf = async (data: Dataset) => {
  const { data: tensor } = await data.rows(Array.from({ length: data.size }, (_, i) => i))
  const rows = [...(await tensor.data())]
  tensor.dispose()
  return rows
}

test('centres are as many as there are training images, up to 10,000', () => {
  expect(centresOf(split)).toBe(120)
  expect(centresOf({ ...split, train: { ...split.train, size: 50_000 } })).toBe(10_000)
})

test('training images are chosen by the seed, each once', async () => {
  const before = memory().numTensors
  const [some, others] = [await trainingImages(split, 30, 0), await trainingImages(split, 30, 1)]
  expect(some.shape).toEqual([30, 4])
  expect([...some.data]).not.toEqual([...others.data])
  const all = await trainingImages(split, 120, 0)
  expect([...all.data].sort()).toEqual((await rowsOf(split.train)).sort())
  expect(memory().numTensors).toBe(before)
})

test('k-means finds the greys among all training images', async () => {
  const seen: number[] = []
  const { data, shape } = await kMeansCentres(split, 4, {
    rounds: 6,
    seed: 2,
    progress: round => void seen.push(round),
  })
  expect(shape).toEqual([4, 4])
  expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  const bytes = [0, 1, 2, 3].map(i => Math.round((data[4 * i]! + 1) * 127.5)).sort((a, b) => a - b)
  for (const [i, byte] of bytes.entries()) expect(Math.abs(byte - (50 + 50 * i))).toBeLessThan(8)
})

test('1,000 validation images choose the bandwidth and the test images judge, in pixels of [0, 1]', async () => {
  const before = memory().numTensors
  const samples = await trainingImages(split, 120, 0)
  const report = await parzenOf(samples, split)
  const first = subset(
    split.validation,
    Array.from({ length: 1000 }, (_, i) => i),
  )
  expect(report).toEqual(
    await parzenLogLikelihood({
      samples,
      range: [-1, 1],
      validation: first.pass(1000),
      test: split.test.pass(60),
    }),
  )
  expect(memory().numTensors).toBe(before)
})
