import {
  BatchMatMul,
  Fill,
  Less,
  OneHot,
  Select,
  type TensorInfo,
  UnsortedSegmentSum,
  util,
} from '@tensorflow/tfjs-core'
import { composition } from './composition.ts'

// Sums rows by segment: the gradient of `gather`. x: [...ids, ...rest]; segmentIds: int32 [...ids]; result: [numSegments,
// ...rest]. Rows whose id lies outside [0, numSegments) are dropped.

/**
 * As a product with one-hot rows. The stock program of webgpu adds in whatever order threads come by, so that no two runs
 * agree, and counts ids that are too large as others.
 */
export const segmentSumByProduct = composition<{ numSegments: number }>(UnsortedSegmentSum, call => {
  const { x, segmentIds } = call.inputs as { x: TensorInfo; segmentIds: TensorInfo }
  const { numSegments } = call.attrs
  const rest = x.shape.slice(segmentIds.shape.length)
  const [rows, width] = [util.sizeFromShape(segmentIds.shape), util.sizeFromShape(rest)]
  if (x.dtype !== 'float32') return call.stock()
  if (rows * width === 0)
    return call.run(Fill, {}, { shape: [numSegments, ...rest], value: 0, dtype: x.dtype })
  const indices = call.reshape(segmentIds, [rows])
  const hot = call.run(OneHot, { indices }, { depth: numSegments, onValue: 1, offValue: 0, dtype: 'float32' })
  const sums = call.run(
    BatchMatMul,
    { a: call.reshape(hot, [1, rows, numSegments]), b: call.reshape(x, [1, rows, width]) },
    { transposeA: true, transposeB: false },
  )
  return call.reshape(sums, [numSegments, ...rest])
})

/** The TensorFlow library drops negative ids but refuses those that are too large. */
export const segmentSumDropping = composition<{ numSegments: number }>(UnsortedSegmentSum, call => {
  const { x, segmentIds } = call.inputs as { x: TensorInfo; segmentIds: TensorInfo }
  const { shape } = segmentIds
  const same = (value: number) => call.run(Fill, {}, { shape, value, dtype: 'int32' })
  const within = call.run(Less, { a: segmentIds, b: same(call.attrs.numSegments) })
  return call.stock({ x, segmentIds: call.run(Select, { condition: within, t: segmentIds, e: same(-1) }) })
})
