import '@tensorflow/tfjs-backend-cpu'
import { fold, key, normals } from '@equilibria/core'
import { memory as rowsInMemory } from '@equilibria/datasets'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { nearestIn } from './pictures.ts'

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
