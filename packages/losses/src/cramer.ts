import type { Loss } from '@equilibria/core'
import { mean, mul, neg, type Scalar, sub, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { within } from './discrepancy.ts'
import { distances, negativeDistance } from './kernels.ts'
import { asVectors } from './vectors.ts'
import type { BoundOptions } from './wasserstein.ts'

/**
 * The loss of the Cramer GAN: with outputs x for data and y for fakes and f(v) = E|v - y| - |v|, the critic maximises E f(x) - E f(y), the
 * generator minimises the part 2 E|x - y| - E|y - y'| of the energy distance. The critic's cost replaces the pairs of data
 * that the energy distance needs by the origin, so it may be 0 for distributions that differ: `energyDistance` is exact. Not
 * zero-sum. It grows with the scale of the outputs: bound the critic (`gradientPenalty` acts on f), or it is refused unless
 * `unbounded`.
 * real, fake: vectors [n, d] and [m, d], or numbers [n] and [m]; pairs of a fake with itself are left out.
 * Source: Bellemare et al. 2017 (arXiv 1705.10743), section 5 and algorithm 1. Throws when played on fewer than two rows.
 */
export const cramer = ({ unbounded = false }: BoundOptions = {}): Loss => {
  const vectors = (outputs: Tensor) => asVectors('cramer', outputs)
  const lengths = (v: Tensor) => distances(v, zeros([1, v.shape[1]!]))
  const among = (y: Tensor) => neg(within('cramer', negativeDistance, y, true))
  return {
    outputs: 'vectors',
    batchwise: true,
    needsLipschitz: !unbounded,
    critic: (real, fake) => {
      const [x, y] = [vectors(real), vectors(fake)]
      const onReal = sub(mean(distances(x, y)), mean(lengths(x)))
      const onFake = sub(among(y), mean(lengths(y)))
      return sub(onFake, onReal)
    },
    generator: (fake, real) => {
      const [x, y] = [vectors(real()), vectors(fake)]
      return sub(mul(2, mean(distances(x, y))), among(y)) as Scalar
    },
    witness: (outputs, _real, fake) => {
      const v = vectors(outputs)
      return sub(mean(distances(v, vectors(fake)), 1), mean(lengths(v), 1))
    },
  }
}
