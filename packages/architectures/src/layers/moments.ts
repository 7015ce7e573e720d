import { mean, square, sub, type Tensor } from '@tensorflow/tfjs-core'

/** Mean and (biased) variance along `axis`, kept as axes of size 1, and `x` less its mean. */
export interface Moments {
  readonly mean: Tensor
  readonly variance: Tensor
  readonly centred: Tensor
}

/** The moments of `x` in two passes, which do not cancel where the mean is large. */
export function moments(x: Tensor, axis: number | number[]): Moments {
  const average = mean(x, axis, true)
  const centred = sub(x, average)
  return { mean: average, variance: mean(square(centred), axis, true), centred }
}
