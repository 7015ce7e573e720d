import { expect, test } from 'vitest'
import { empty, runInPlace, worksInPlace } from './in-place.ts'
import { number, smallest } from './smallest.ts'

const runtime = await import('onnxruntime-node').catch(() => undefined)

test.skipIf(!runtime)(
  'a result is in the memory that was given for it; other faults are thrown',
  async () => {
    const { InferenceSession, Tensor } = runtime!
    const session = await InferenceSession.create(smallest(empty), { executionProviders: ['cpu'] })
    const [x, y] = [number(Tensor, 3), number(Tensor, 0)]
    await runInPlace(session, { x }, { y })
    expect(y.data).toEqual(Float32Array.of(-3))
    await expect(runInPlace(session, { unknown: x }, { y })).rejects.toThrow('x')
    await session.release()
  },
)

test.skipIf(!runtime)('a runtime whose results lie elsewhere is found out', async () => {
  const { InferenceSession, Tensor } = runtime!
  expect(await worksInPlace({ InferenceSession, Tensor }, {})).toBe(true)
  // Runs, and says nothing of where.
  const elsewhere = {
    ...InferenceSession,
    create: async () => ({ run: async () => ({}), release: async () => {} }),
  }
  expect(await worksInPlace({ InferenceSession: elsewhere as never, Tensor }, {})).toBe(false)
})
