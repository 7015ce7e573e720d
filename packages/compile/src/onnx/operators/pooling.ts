import { backend_util } from '@tensorflow/tfjs-core'
import { range, toFirst, toLast } from '../common.ts'
import { blockedDomain, toBlocks, toPlain } from '../convolution/blocked.ts'
import type { Lowering, Lowerings } from '../emit.ts'
import { atLeast0, endPadding, fromFirst } from './windows.ts'

interface PoolAttributes {
  readonly filterSize: readonly number[]
  readonly strides: readonly number[]
  /** Pairs for planes; for volumes as tfjs was given it. */
  readonly pad: unknown
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Pooling of planes or volumes. Two transpositions to channels first and back cost less than sums or maxima of slices, and
 * ONNX's average leaves out what lies beyond the border, as tfjs does. In the runtime's blocked layout, where there is one, it takes half
 * the time, rearrangements included.
 */
const pool =
  (op: string): Lowering =>
  ({ inputs: [x], attributes, shape }, emit) => {
    const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as PoolAttributes
    const flat = shape.length === 4
    const compute = flat ? backend_util.computePool2DInfo : backend_util.computePool3DInfo
    const info = compute(
      x!.shape as never,
      filterSize as never,
      strides as never,
      1,
      pad as never,
      dimRoundingMode,
    ) as unknown as backend_util.Conv3DInfo
    const planar = <T>(list: T[]) => list.slice(flat ? 1 : 0)
    const filter = planar([info.filterDepth, info.filterHeight, info.filterWidth])
    const stride = planar([info.strideDepth, info.strideHeight, info.strideWidth])
    const before = planar([info.padInfo.front, info.padInfo.top, info.padInfo.left])
    const after = range(filter.length).map(i =>
      endPadding(x!.shape[i + 1]!, shape[i + 1]!, filter[i]!, stride[i]!, before[i]!),
    )
    const from = fromFirst(emit, emit.of(x!), x!.shape, before)
    const windows = { kernel_shape: filter, strides: stride, pads: atLeast0([...before, ...after]) }
    const block = emit.device.block ?? 0
    if (flat && block > 1 && shape[3]! % block === 0)
      return toPlain(emit, emit(`${blockedDomain}:${op}`, [toBlocks(emit, from)], windows), shape[3]!)
    return toLast(emit, emit(op, [toFirst(emit, from, shape.length)], windows), shape.length)
  }

export const pooling: Lowerings = {
  AvgPool: pool('AveragePool'),
  AvgPool3D: pool('AveragePool'),
  MaxPool: pool('MaxPool'),
  MaxPool3D: pool('MaxPool'),
}
