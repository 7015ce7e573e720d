import { checkNumber, fold, type Regularizer, termMaker, uniform } from '@equilibria/core'
import { add, mean, mul, relu, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { bounding, squaredGradientNorms } from './input-gradient.ts'
import { norms } from './rows.ts'

/** Which gradient norms are penalised. */
export type Sided = 'two' | 'one' | 'zero'

/** Options of `gradientPenalty`. */
export interface GradientPenaltyOptions {
  /** Lambda, the penalty's weight. */
  weight?: number
  /** The gradient norm aimed at, the critic's Lipschitz constant. Not used by `zero`. */
  target?: number
  /** `two`: (|g| - target)^2. `one`: max(0, |g| - target)^2. `zero`: |g|^2. */
  sided?: Sided
}

const sides: readonly Sided[] = ['two', 'one', 'zero']

/**
 * What gradients cost, given their squared norms [n]: the part that gradient penalties share. Throws on a weight < 0, a target
 * <= 0 or an unknown side, in the name of `who`.
 */
export function normPenalty(
  who: string,
  { weight = 10, target = 1, sided = 'two' }: GradientPenaltyOptions,
): (squares: Tensor) => Scalar {
  checkNumber(`${who}: weight`, weight, { hint: '10 is usual' })
  checkNumber(`${who}: target`, target, { positive: true, hint: 'for target 0 use sided: "zero"' })
  if (!sides.includes(sided))
    throw new Error(`${who}: sided must be one of ${sides.join(', ')}, got ${JSON.stringify(sided)}`)
  return squares => {
    if (sided === 'zero') return mul(weight, mean(squares)) as Scalar
    const excess = sub(norms(squares), target)
    return mul(weight, mean(square(sided === 'one' ? relu(excess) : excess))) as Scalar
  }
}

/**
 * The gradient penalty: weight E(|grad D(x)| - target)^2 at points x drawn evenly between a real and a generated row, one
 * keyed uniform number a row. One-sided, it lets gradients be smaller than the target; zero-centred, it is
 * weight E|grad D(x)|^2. Rows have gradients of their own only where the critic treats rows apart: give it layer norm, not batch norm.
 * Source: Gulrajani et al. 2017 (WGAN-GP, arXiv 1704.00028), eq. 3 and algorithm 1, one-sided in section 4;
 * zero-centred: Thanh-Tung et al. 2019 (arXiv 1902.03984).
 * Throws on a weight < 0, a target <= 0 or an unknown side, and on batches of different shapes.
 */
export const gradientPenalty = termMaker(
  'gradientPenalty',
  (options: GradientPenaltyOptions = {}): Regularizer => {
    const penalty = normPenalty('gradientPenalty', options)
    return bounding(options.weight ?? 10, ({ critic, real, fake, key }) => {
      if (real.shape.join() !== fake.shape.join())
        throw new Error(
          `gradientPenalty: mixes row i of the data with row i of the fakes, but got [${real.shape}] and [${fake.shape}]; give both batches the same shape`,
        )
      const share = uniform(
        fold(key, 'gradientPenalty'),
        real.shape.map((n, axis) => (axis === 0 ? n : 1)),
      )
      return penalty(squaredGradientNorms(critic, add(real, mul(share, sub(fake, real)))))
    })
  },
)
