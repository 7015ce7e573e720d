import { checkNumber, leaves, type Regularizer, termMaker } from '@equilibria/core'
import {
  add,
  eye,
  matMul,
  mul,
  reshape,
  type Scalar,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** Beta. */
  weight?: number
  /** `off`: |W'W (1 - I)|^2, which leaves the norms of filters free. `full`: |W'W - I|^2. */
  target?: 'off' | 'full'
}

/**
 * Orthogonal regularization: weight times the sum over the player's own kernels of |W'W (1 - I)|^2, W a kernel [..., in, out] as a matrix
 * [everything else, out]: filters shall be orthogonal to each other. Parameters of fewer than two axes are left alone. Kernels of transposed
 * convolutions, [..., out, in], count as filters those of an input channel; embeddings, which the paper leaves out, count too.
 * Source: Brock et al. 2019 (BigGAN, arXiv 1809.11096), section 3.1 (weight 1e-4); `full`: Brock et al. 2017 (arXiv 1609.07093).
 * Throws on a weight < 0 and an unknown target.
 */
export const orthogonalPenalty = termMaker(
  'orthogonalPenalty',
  ({ weight = 1e-4, target = 'off' }: OrthogonalOptions = {}): Regularizer => {
    checkNumber('orthogonalPenalty: weight', weight, { hint: '1e-4 is usual' })
    if (target !== 'off' && target !== 'full')
      throw new Error(`orthogonalPenalty: target must be "off" or "full", got ${JSON.stringify(target)}`)
    const of = (kernel: Tensor) => {
      const outputs = kernel.shape.at(-1)!
      const matrix = reshape(kernel, [-1, outputs])
      const products = matMul(matrix, matrix, true)
      const identity = eye(outputs)
      return sum(square(target === 'full' ? sub(products, identity) : mul(products, sub(1, identity))))
    }
    return ({ own }) =>
      mul(
        weight,
        leaves<Tensor>(own)
          .filter(p => p.rank >= 2)
          .map(of)
          .reduce(add, scalar(0) as Tensor),
      ) as Scalar
  },
)
