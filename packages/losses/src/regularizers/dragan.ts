import { checkNumber, fold, normal, type Regularizer, termMaker } from '@equilibria/core'
import { add, mean, mul, sqrt, square, sub } from '@tensorflow/tfjs-core'
import { type GradientPenaltyOptions, normPenalty } from './gradient-penalty.ts'
import { bounding, squaredGradientNorms } from './input-gradient.ts'

/** Options of `dragan`. */
export interface DraganOptions extends GradientPenaltyOptions {
  /** How far points lie from the data, in standard deviations of the batch (over all its numbers). */
  deviation?: number
}

/**
 * DRAGAN: weight E(|grad D(x + d)| - target)^2 around real rows, d ~ N(0, c I) keyed, sqrt(c) = deviation times the standard
 * deviation of the batch. The critic is kept smooth where the data are, whatever the generator does.
 * As with `gradientPenalty`, no batch norm in the critic.
 * Source: Kodali et al. 2017 (DRAGAN, arXiv 1705.07215); half a standard deviation as in the released code, whose noise is
 * uniform. Throws as `gradientPenalty` does, and on a deviation that is not positive.
 */
export const dragan = termMaker(
  'dragan',
  ({ deviation = 0.5, ...options }: DraganOptions = {}): Regularizer => {
    const penalty = normPenalty('dragan', options)
    checkNumber('dragan: deviation', deviation, { positive: true, hint: 'for points on the data use r1' })
    return bounding(options.weight ?? 10, ({ critic, real, key }) => {
      const spread = sqrt(mean(square(sub(real, mean(real)))))
      const noise = mul(mul(deviation, spread), normal(fold(key, 'dragan'), real.shape))
      return penalty(squaredGradientNorms(critic, add(real, noise)))
    })
  },
)
