import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { add, memory, ready, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { arenaOf } from './arena.ts'
import { createHolder } from './held.ts'

beforeAll(async () => {
  await setBackend('wasm')
  await ready()
})

const setUp = () => {
  const arena = arenaOf(1024)
  const region = arena.region([2, 2], 'float32')
  region.view.set([1, 2, 3, 4])
  return { holder: createHolder(), region }
}

test('a lent region is a tensor of its numbers; reading leaves it where it is', async () => {
  const { holder, region } = setUp()
  const tensor = holder.lend(region)
  expect(holder.regionOf(tensor)).toBe(region)
  expect([...(await tensor.data())]).toEqual([1, 2, 3, 4])
  expect([...tensor.dataSync()]).toEqual([1, 2, 3, 4])
  expect(holder.isLent(region)).toBe(true)
  tensor.dispose()
  expect(holder.isLent(region)).toBe(false)
})

test.each(['wasm', 'cpu'])(
  'an operation on %s moves the numbers away and frees the region',
  async backend => {
    await setBackend(backend)
    const { holder, region } = setUp()
    const before = memory().numTensors
    const tensor = holder.lend(region)
    const sum = add(tensor, 1)
    expect(holder.isLent(region)).toBe(false)
    region.view.fill(9)
    expect([...(await sum.data())]).toEqual([2, 3, 4, 5])
    expect([...(await tensor.data())]).toEqual([1, 2, 3, 4])
    sum.dispose()
    tensor.dispose()
    expect(memory().numTensors).toBe(before)
  },
)

test('a region taken back leaves its tensor a copy', async () => {
  const { holder, region } = setUp()
  const tensor = holder.lend(region)
  const other = holder.share(tensor)!
  holder.reclaim(region)
  region.view.fill(7)
  expect(holder.regionOf(tensor)).toBeUndefined()
  tensor.dispose()
  expect([...(await other.data())]).toEqual([1, 2, 3, 4])
  other.dispose()
  const again = holder.lend(region)
  expect([...(await again.data())]).toEqual([7, 7, 7, 7])
  again.dispose()
})

test('what was lent twice is freed by the last', () => {
  const { holder, region } = setUp()
  const a = holder.lend(region)
  const shared = holder.share(a)!
  a.dispose()
  expect(holder.isLent(region)).toBe(true)
  shared.dispose()
  expect(holder.isLent(region)).toBe(false)
})
