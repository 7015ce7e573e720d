import { expect, test } from 'vitest'
import { compare, onWasm, random } from '../compare.fixture.ts'

const ids = (values: number[], shape = [values.length]) => ({ values, shape, dtype: 'int32' as const })

test.each([
  [[5, 3], ids([0, 2, 1, 2, 2]), 4],
  [[4], ids([1, 1, 0, 3]), 4],
  [[3, 2, 2], ids([2, -1, 7]), 3],
  [[1, 6], ids([0]), 1],
  [[0, 3], ids([]), 2],
] as const)('sums rows %o by segment as cpu does', async (shape, segmentIds, numSegments) => {
  await compare('UnsortedSegmentSum', { x: random([...shape]), segmentIds }, { numSegments })
})

// The cpu backend answers float32 here; TensorFlow keeps the dtype, and so do we.
test('int32 rows stay int32', async () => {
  const x = { values: [1, 2, 3, 4], shape: [2, 2], dtype: 'int32' as const }
  const sums = await onWasm('UnsortedSegmentSum', { x, segmentIds: ids([1, 1]) }, { numSegments: 2 })
  expect(sums).toEqual({ values: [0, 0, 4, 6], shape: [2, 2], dtype: 'int32' })
})
