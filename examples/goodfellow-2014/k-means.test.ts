import '@tensorflow/tfjs-backend-cpu'
import { key, normals, permuted } from '@equilibria/core'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { kMeans } from './k-means.ts'

beforeAll(() => setBackend('cpu'))

/** Four heaps of 30 points around (±5, ±5), one after the other. */
const heaps = () => {
  const noise = normals(key(1), 240)
  const data = Float32Array.from(noise, (z, i) => {
    const heap = Math.floor(i / 60)
    return 0.3 * z + 5 * ((i % 2 === 0 ? heap % 2 : heap >> 1) * 2 - 1)
  })
  return { data, shape: [120, 2] as const }
}

test('finds the means of heaps, in batches of any size, and gets nearer in every round', async () => {
  const rows = heaps()
  const distances: number[] = []
  const before = memory().numTensors
  // A key by which every heap begins with a centre.
  const apart = Array.from({ length: 100 }, (_, i) => key(i)).find(
    each => new Set([0, 1, 2, 3].map(c => Math.floor(permuted(each, 120, c) / 30))).size === 4,
  )!
  const options = { k: 4, rounds: 6, key: apart }
  const { data, shape } = await kMeans(rows, {
    ...options,
    progress: (_, distance) => distances.push(distance),
  })
  expect(memory().numTensors).toBe(before)
  expect(shape).toEqual([4, 2])
  expect([0, 1, 2, 3].map(c => [data[2 * c]! > 0, data[2 * c + 1]! > 0].join()).sort()).toEqual([
    'false,false',
    'false,true',
    'true,false',
    'true,true',
  ])
  for (const value of data) expect(Math.abs(Math.abs(value) - 5)).toBeLessThan(0.3)
  for (let i = 1; i < distances.length; i++) expect(distances[i]!).toBeLessThanOrEqual(distances[i - 1]!)
  expect((await kMeans(rows, { ...options, batch: 7 })).data).toEqual(data)
})

test('as many centres as rows are the rows', async () => {
  const { data } = await kMeans(heaps(), { k: 120, rounds: 1, key: key(0) })
  expect([...data].sort()).toEqual([...heaps().data].sort())
})

test('more centres than rows are an error', async () => {
  await expect(kMeans(heaps(), { k: 121, rounds: 1, key: key(0) })).rejects.toThrow('1 to 120 centres')
})
