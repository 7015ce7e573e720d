import {
  expandDims,
  mean,
  mul,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Critic outputs as vectors [n, d]: a number [n] is a vector of one. Throws on outputs of other shapes, naming the loss. */
export function asVectors(loss: string, outputs: Tensor): Tensor {
  if (outputs.rank === 1) return reshape(outputs, [-1, 1])
  if (outputs.rank === 2) return outputs
  throw new Error(
    `${loss}: compares vectors [n, d] or numbers [n], got critic outputs of shape [${outputs.shape}]; let the critic end in a flat layer`,
  )
}

/** |a_i - b_j|^2 for vectors a [n, d] and b [m, d]: [n, m]. Of the differences, since |a|^2 + |b|^2 - 2ab loses all digits of near ones. */
export const squaredDistances = (a: Tensor, b: Tensor): Tensor =>
  sum(square(sub(expandDims(a, 1), expandDims(b, 0))), 2)

/**
 * The mean of a kernel over pairs of different rows, from its values [n, n] over all pairs, of which those of a row with itself
 * are `self`. Throws on fewer than two rows.
 */
export function meanOfOthers(loss: string, values: Tensor, self: number): Scalar {
  const n = values.shape[0]!
  if (n < 2)
    throw new Error(
      `${loss}: compares rows of a batch with each other, but the critic gave ${n}; use batches of at least 2 rows, or unbiased: false`,
    )
  return mul(sub(mean(values), self / n), n / (n - 1)) as Scalar
}
