import { checkCount, type Network } from '@equilibria/core'
import { add, matMul, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { expectClasses, expectLabels, oneHotLabels } from '../labels.ts'
import { standardised } from './batch-moments.ts'
import { type AffineParams, affine, type NormOptions } from './batch-norm.ts'
import { expectFeatures } from './input.ts'

/**
 * Batch normalisation of [n, ..., features] whose gain and bias depend on the row's class (context labels, int32 [n]);
 * both are tables [classes, features]. Statistics are those of `batchNorm`, shared by all classes.
 * Source: Dumoulin et al. 2017, equation 5; in a generator, Miyato & Koyama 2018.
 * Throws where labels are absent, and in `sample` mode where standing statistics are.
 */
export function conditionalBatchNorm(
  features: number,
  classes: number,
  { epsilon = 1e-5, ...start }: NormOptions = {},
): Network<Tensor, Tensor, AffineParams> {
  checkCount('conditionalBatchNorm: features', features)
  expectClasses('conditionalBatchNorm', classes)
  return {
    init: affine([classes, features], start),
    apply: ({ gain, bias }, x, context) => {
      expectFeatures('conditionalBatchNorm', x, features)
      const n = x.shape[0]!
      const labels = expectLabels('conditionalBatchNorm', context, classes, n)
      const chosen = oneHotLabels(labels, classes)
      const flat = reshape(x, [-1, features])
      const { centred, scale } = standardised('conditionalBatchNorm', flat, epsilon, context)
      const ofRow = (table: Tensor) => reshape(matMul(chosen, table), [n, 1, features])
      const y = add(mul(reshape(centred, [n, -1, features]), mul(ofRow(gain), scale)), ofRow(bias))
      return reshape(y, x.shape)
    },
  }
}
