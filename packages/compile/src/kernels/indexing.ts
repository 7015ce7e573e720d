import {
  backend_util,
  type DenseBincountAttrs,
  type GatherV2Attrs,
  type OneHotAttrs,
  type ScatterNdAttrs,
  type SearchSortedAttrs,
  type SparseToDenseAttrs,
  type Tensor,
  type UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { axisOf, type Kernels, kernel } from './kernel.ts'

/** Kernels that read and write at places given as int32 tensors. */
export const indexing: Kernels = {
  /** `axis` and `batchDims` from 0 on. */
  GatherV2: kernel(['x', 'indices'], ([x, indices], { axis, batchDims = 0 }: GatherV2Attrs) => {
    const along = axisOf(axis, x.shape.length)
    const { outputShape } = backend_util.segment_util.collectGatherOpShapeInfo(
      x as unknown as Tensor,
      indices as unknown as Tensor,
      along,
      batchDims,
    )
    return {
      shape: outputShape,
      dtype: x.dtype,
      attributes: { axis: along, batchDims: batchDims < 0 ? batchDims + indices.shape.length : batchDims },
    }
  }),
  GatherNd: kernel(['params', 'indices'], ([params, indices]) => {
    const depth = indices.shape.at(-1)!
    return { shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], dtype: params.dtype }
  }),
  /** Sums of the updates at each place, zero elsewhere. */
  ScatterNd: kernel(['indices', 'updates'], ([, updates], { shape }: ScatterNdAttrs) => ({
    shape: [...shape],
    dtype: updates.dtype,
    attributes: { shape: [...shape] },
  })),
  TensorScatterUpdate: kernel(['tensor', 'indices', 'updates'], ([tensor]) => tensor),
  SparseToDense: kernel(
    ['sparseIndices', 'sparseValues', 'defaultValue'],
    ([, values], { outputShape }: SparseToDenseAttrs) => ({
      shape: [...outputShape],
      dtype: values.dtype,
      attributes: { outputShape: [...outputShape] },
    }),
  ),
  /** Sums of the rows of each segment; float32, whatever the rows are, as on the cpu backend. */
  UnsortedSegmentSum: kernel(['x', 'segmentIds'], ([x], { numSegments }: UnsortedSegmentSumAttrs) => ({
    shape: [numSegments, ...x.shape.slice(1)],
    dtype: 'float32',
    attributes: { numSegments },
  })),
  OneHot: kernel(
    ['indices'],
    ([indices], { depth, onValue = 1, offValue = 0, dtype = 'int32' }: OneHotAttrs) => ({
      shape: [...indices.shape, depth],
      dtype: dtype as DType,
      attributes: { depth, onValue, offValue, dtype },
    }),
  ),
  Bincount: kernel(['x', 'weights'], ([, weights], { size }: { size: number }) => ({
    shape: [size],
    dtype: weights.dtype,
    attributes: { size },
  })),
  DenseBincount: kernel(
    ['x', 'weights'],
    ([x, weights], { size, binaryOutput = false }: DenseBincountAttrs) => ({
      shape: [...x.shape.slice(0, -1), size],
      dtype: weights.dtype,
      attributes: { size, binaryOutput },
    }),
  ),
  SearchSorted: kernel(['sortedSequence', 'values'], ([, values], { side }: SearchSortedAttrs) => ({
    shape: values.shape,
    dtype: 'int32',
    attributes: { side },
  })),
  /** The shape to which two shapes broadcast. */
  BroadcastArgs: kernel(['s0', 's1'], ([a, b]) => ({
    shape: [Math.max(a.shape[0]!, b.shape[0]!)],
    dtype: 'int32',
  })),
}
