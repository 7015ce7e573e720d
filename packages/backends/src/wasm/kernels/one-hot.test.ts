import { expect, test } from 'vitest'
import { compare, onWasm } from '../compare.fixture.ts'

const indices = { values: [0, 2, 5, -1, 1, 1], shape: [3, 2], dtype: 'int32' as const }

test.each(['float32', 'int32'])('one-hot rows in %s agree with cpu', async dtype => {
  await compare('OneHot', { indices }, { depth: 4, onValue: 2, offValue: -1, dtype })
})

test('the dtype is int32 unless another is asked for, and no index gives no row', async () => {
  const { dtype, values } = await onWasm('OneHot', { indices }, { depth: 3, onValue: 1, offValue: 0 })
  expect(dtype).toBe('int32')
  expect(values).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])
  const none = { values: [], shape: [0], dtype: 'int32' as const }
  expect((await onWasm('OneHot', { indices: none }, { depth: 3, onValue: 1, offValue: 0 })).shape).toEqual([
    0, 3,
  ])
})
