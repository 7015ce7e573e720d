import { checkCount, type Network } from '@equilibria/core'
import { add, mul, reshape, rsqrt, type Tensor } from '@tensorflow/tfjs-core'
import { type AffineParams, affine, type NormOptions } from './batch-norm.ts'
import { expectFeatures } from './input.ts'
import { moments } from './moments.ts'

/** A normalisation of each row of [n, ..., features] over `groups` groups of its features and all other axes. */
function rowNorm(
  layer: string,
  features: number,
  groups: number,
  { epsilon = 1e-5, ...start }: NormOptions,
): Network<Tensor, Tensor, AffineParams> {
  checkCount(`${layer}: features`, features)
  checkCount(`${layer}: groups`, groups)
  if (features % groups !== 0)
    throw new Error(`${layer}: expected groups to divide ${features} features, got ${groups}`)
  return {
    init: affine([features], start),
    apply: ({ gain, bias }, x) => {
      expectFeatures(layer, x, features)
      const n = x.shape[0]!
      // One group and one feature a group need fewer axes, which are cheaper to sum over.
      const [view, axis] =
        groups === 1
          ? [[n, -1], 1]
          : groups === features
            ? [[n, -1, features], 1]
            : [
                [n, -1, groups, features / groups],
                [1, 3],
              ]
      const { centred, variance } = moments(reshape(x, view as number[]), axis as number | number[])
      const unit = reshape(mul(centred, rsqrt(add(variance, epsilon))), [-1, features])
      return reshape(add(mul(unit, gain), bias), x.shape)
    },
  }
}

/** Normalises each row's features in `groups` groups, over positions and the group. Source: Wu & He 2018, equations 1-7. */
export const groupNorm = (features: number, groups: number, options: NormOptions = {}) =>
  rowNorm('groupNorm', features, groups, options)

/**
 * Normalises each row over everything in it, with a gain and a bias for each feature: what Gulrajani et al. 2017 (section 4)
 * put in place of batch normalisation in critics with a gradient penalty. Source: Ba et al. 2016, equation 3.
 */
export const layerNorm = (features: number, options: NormOptions = {}) =>
  rowNorm('layerNorm', features, 1, options)

/** Normalises each feature of each row over its positions. Source: Ulyanov et al. 2016, equation 3. Needs more than one position. */
export const instanceNorm = (features: number, options: NormOptions = {}) =>
  rowNorm('instanceNorm', features, features, options)
