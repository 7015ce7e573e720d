import { checkNumber, type Regularizer } from '@equilibria/core'
import { mean, mul, type Scalar } from '@tensorflow/tfjs-core'
import { bounding, squaredGradientNorms } from './input-gradient.ts'

/**
 * R1: gamma/2 E|grad D(x)|^2 over real rows; it makes the equilibrium of a critic and its generator locally attractive.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 4.1. Throws on a gamma that is not a number >= 0.
 */
export function r1(gamma = 1): Regularizer {
  checkNumber('r1: gamma', gamma, { hint: '0.1 to 10 are usual' })
  return bounding(
    gamma,
    ({ critic, real }) => mul(gamma / 2, mean(squaredGradientNorms(critic, real))) as Scalar,
  )
}
