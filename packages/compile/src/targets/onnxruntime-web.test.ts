import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { onnxruntimeWeb } from './onnxruntime-web.ts'
import { smallest } from './smallest.ts'

const target = await onnxruntimeWeb().catch((e: Error) => e)
if (target instanceof Error) console.warn(`skipped: ${target.message}`)

test.skipIf(target instanceof Error)(
  'has half of the processors unless told otherwise, says so, and has no other number of threads beside',
  async () => {
    const threads = Math.ceil(availableParallelism() / 2)
    const { name } = target as Exclude<typeof target, Error>
    expect(name).toMatch(
      new RegExp(`^onnxruntime-web [\\d.]+ wasm, ${threads} thread${threads === 1 ? '' : 's'}$`),
    )
    expect((await onnxruntimeWeb({ threads })).name).toBe(name)
    await expect(onnxruntimeWeb({ threads: threads + 1 })).rejects.toThrow(
      new RegExp(`runs with ${threads} thread.*cannot have ${threads + 1} besides: leave out .threads.`),
    )
    expect((await onnxruntimeWeb()).name).toBe(name)
  },
)

test.skipIf(target instanceof Error)('says what its memory of 32-bit addresses can still hold', async () => {
  const on = target as Exclude<typeof target, Error>
  const before = on.within!()
  expect(before).toBeLessThan(2 ** 32)
  expect(before).toBeGreaterThan(2 ** 31)
  const model = { model: smallest(), inputs: ['x'], outputs: ['y'], room: 0 }
  const session = await on.load(model)
  expect(on.within!()).toBe(before - model.model.length)
  await session.release()
  expect(on.within!()).toBe(before)
  expect(on.available!()).toBeGreaterThan(0)
})

test('threads that are no number of threads are refused', async () => {
  await expect(onnxruntimeWeb({ threads: 0 })).rejects.toThrow('threads must be a whole number >= 1, got 0')
})
