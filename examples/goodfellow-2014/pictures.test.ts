import '@tensorflow/tfjs-backend-cpu'
import { fold, key, type Latent, normals } from '@equilibria/core'
import { encodeGrid, memory as rowsInMemory } from '@equilibria/datasets'
import { memory, mul, ones, reshape, setBackend, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { interpolationPicture, nearestIn, samplesPicture } from './pictures.ts'

beforeAll(() => setBackend('cpu'))

test('finds the nearest training image of each sample', async () => {
  const rows = Float32Array.from(normals(key(1), 1500 * 4), z => Math.max(-1, Math.min(1, z)))
  const train = rowsInMemory({ name: 'images', rows, shape: [2, 2, 1] })
  const wanted = [7, 1499, 0]
  const noise = normals(fold(key(2), 0), 12)
  const data = Float32Array.from(
    { length: 12 },
    (_, i) => rows[wanted[Math.floor(i / 4)]! * 4 + (i % 4)]! + 1e-4 * noise[i]!,
  )
  const before = memory().numTensors
  const nearest = await nearestIn(train, { data, shape: [3, 2, 2, 1] })
  expect(memory().numTensors).toBe(before)
  expect([...nearest.data]).toEqual(wanted.flatMap(i => [...rows.subarray(i * 4, i * 4 + 4)]))
  for (const distance of nearest.distances) expect(distance).toBeLessThan(1e-3)
})

/** Images 2x2, each all of one grey in [-1, 1]. */
const plain = (greys: Tensor) => mul(reshape(greys, [-1, 1, 1, 1]), ones([1, 2, 2, 1]))
/** The picture of such images, row by row. */
const pictureOf = (rows: readonly (readonly number[])[]) =>
  encodeGrid(
    {
      data: Float32Array.from(rows.flat().flatMap(grey => [grey, grey, grey, grey])),
      shape: [rows.flat().length, 2, 2, 1],
    },
    { columns: rows[0]!.length },
  )

test('samples stand in columns, and right of the last one what is nearest to it in the training images', async () => {
  const greys = [-0.9, 0.6, 0.1, 0.9, -0.2, 0.3]
  const latent: Latent = {
    dimensions: 1,
    draw: (_, n, first = 0) => tensor2d(greys.slice(first, first + n), [n, 1]),
  }
  const train = rowsInMemory({
    name: 'images',
    rows: Float32Array.from([-1, -0.5, 0, 0.5, 1].flatMap(grey => [grey, grey, grey, grey])),
    shape: [2, 2, 1],
  })
  const before = memory().numTensors
  const { png, distance } = await samplesPicture(plain, latent, train, { rows: 3, columns: 2 })
  expect(memory().numTensors).toBe(before)
  expect(png).toEqual(
    pictureOf([
      [-0.9, 0.9, 1],
      [0.6, -0.2, 0],
      [0.1, 0.3, 0.5],
    ]),
  )
  // Four pixels, each .1 or .2 off in [-1, 1], half as much in [0, 1].
  expect(distance).toBeCloseTo((0.1 + 0.2 + 0.2) / 3, 5)
})

test('a row of the interpolation is a straight line from one latent to another', async () => {
  // Ends of the lines, by the key that they are drawn with.
  const ends = [
    [-1, 0.5],
    [1, -0.5],
  ]
  const keys: string[] = []
  const latent: Latent = {
    dimensions: 1,
    draw: (by, n) => {
      if (!keys.includes(by.join())) keys.push(by.join())
      return tensor2d(ends[keys.indexOf(by.join())]!, [n, 1])
    },
  }
  const before = memory().numTensors
  const png = await interpolationPicture(plain, latent, { rows: 2, columns: 5 })
  expect(memory().numTensors).toBe(before)
  expect(keys).toHaveLength(2)
  expect(png).toEqual(
    pictureOf([
      [-1, -0.5, 0, 0.5, 1],
      [0.5, 0.25, 0, -0.25, -0.5],
    ]),
  )
})
