import { type TensorInfo, UnsortedSegmentSum, util } from '@tensorflow/tfjs-core'
import { floats, ints, wasmKernel } from '../heap.ts'

/**
 * Sums rows by segment: the gradient of `gather`. Rows whose id lies outside [0, numSegments) are dropped.
 *
 * x: [...ids, ...rest]; segmentIds: int32 [...ids]; result: [numSegments, ...rest] in x's dtype.
 */
export const unsortedSegmentSum = wasmKernel<{ numSegments: number }>(
  UnsortedSegmentSum,
  ({ inputs, attrs, backend }) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo }
    const { numSegments } = attrs
    const rest = x.shape.slice(segmentIds.shape.length)
    const out = backend.makeOutput([numSegments, ...rest], x.dtype)
    const read = x.dtype === 'int32' ? ints : floats
    const from = read(backend, x)
    const sums = read(backend, out).fill(0)
    const ids = ints(backend, segmentIds)
    const width = util.sizeFromShape(rest)
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]!
      if (id < 0 || id >= numSegments) continue
      const to = id * width
      const start = row * width
      for (let j = 0; j < width; j++) sums[to + j]! += from[start + j]!
    }
    return out
  },
)
