import { type Context, checkCount, fold, type Network } from '@equilibria/core'
import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { type Initializer, ones, zeros } from '../initializers.ts'
import { standardised } from './batch-moments.ts'
import { normalisedAtOnce } from './fused-batch-norm.ts'
import { expectFeatures } from './input.ts'

/** Parameters of a normalisation: what each feature is multiplied with and what is added, both [features]. */
export type AffineParams = { readonly gain: Tensor; readonly bias: Tensor }

/** How a normalisation is made. */
export interface NormOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number
  /** Start of the gain, ones unless given. */
  readonly gain?: Initializer
  /** Start of the bias, zeros unless given. */
  readonly bias?: Initializer
}

/** Fresh gain and bias. */
export const affine =
  (
    shape: readonly number[],
    { gain = ones, bias = zeros }: NormOptions,
  ): Network<Tensor, Tensor, AffineParams>['init'] =>
  key => ({ gain: gain(fold(key, 'gain'), shape), bias: bias(fold(key, 'bias'), shape) })

/**
 * Batch normalisation of [n, ..., features] over all axes but the last (Ioffe & Szegedy 2015, algorithms 1 and 2).
 * In `train` mode it uses the batch's own moments and tells them (`mean`, unbiased `variance`); in `sample` mode it uses
 * standing statistics from memory, so that rows do not see each other, and throws if there are none: `standing(...)` makes
 * them. It carries no memory while training.
 */
export function batchNorm(
  features: number,
  { epsilon = 1e-5, ...start }: NormOptions = {},
): Network<Tensor, Tensor, AffineParams> {
  checkCount('batchNorm: features', features)
  return {
    init: affine([features], start),
    apply: ({ gain, bias }, x, context) => {
      expectFeatures('batchNorm', x, features)
      // Two axes only: sums over leading axes are cheapest this way, forward and backward.
      const rows = reshape(x, [-1, features])
      const compose = (rows: Tensor, gain: Tensor, bias: Tensor, to: Context) => {
        const { centred, scale } = standardised('batchNorm', rows, epsilon, to)
        return add(mul(centred, mul(scale, gain)), bias)
      }
      const silent = { ...context, tell: undefined }
      const y =
        context.mode === 'train'
          ? normalisedAtOnce(rows, { gain, bias, epsilon }, context, (...of) => compose(...of, silent))
          : undefined
      return reshape(y ?? compose(rows, gain, bias, context), x.shape)
    },
  }
}
