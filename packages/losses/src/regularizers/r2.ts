import { checkNumber, type Regularizer } from '@equilibria/core'
import { mean, mul, type Scalar } from '@tensorflow/tfjs-core'
import { bounding, squaredGradientNorms } from './input-gradient.ts'

/**
 * R2: gamma/2 E|grad D(G(z))|^2 over generated rows. The fakes are not detached: among the generator's terms it moves the
 * generator too.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 4.1. Throws on a gamma that is not a number >= 0.
 */
export function r2(gamma = 1): Regularizer {
  checkNumber('r2: gamma', gamma, { hint: '0.1 to 10 are usual' })
  return bounding(
    gamma,
    ({ critic, fake }) => mul(gamma / 2, mean(squaredGradientNorms(critic, fake))) as Scalar,
  )
}
