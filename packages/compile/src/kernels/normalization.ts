import type { FusedBatchNormAttrs, LRNAttrs, SoftmaxAttrs } from '@tensorflow/tfjs-core'
import { axisOf, type Kernels, kernel } from './kernel.ts'

const acrossChannels = ({ depthRadius, bias, alpha, beta }: LRNAttrs) => ({ depthRadius, bias, alpha, beta })

export const normalization: Kernels = {
  /** `dim` from 0 on; tfjs knows the last axis only. */
  Softmax: kernel(['logits'], ([{ shape }], { dim = -1 }: Partial<SoftmaxAttrs>) => ({
    shape,
    dtype: 'float32',
    attributes: { dim: axisOf(dim, shape.length) },
  })),
  /** scale (x - mean) / sqrt(variance + varianceEpsilon) + offset; all five are given. */
  FusedBatchNorm: kernel(
    ['x', 'mean', 'variance', 'offset', 'scale'],
    ([x], { varianceEpsilon = 0.001 }: Partial<FusedBatchNormAttrs>) => ({
      ...x,
      attributes: { varianceEpsilon },
    }),
  ),
  LRN: kernel(['x'], ([x], attrs: LRNAttrs) => ({ ...x, attributes: acrossChannels(attrs) })),
  LRNGrad: kernel(['x', 'y', 'dy'], ([x], attrs: LRNAttrs) => ({ ...x, attributes: acrossChannels(attrs) })),
}
