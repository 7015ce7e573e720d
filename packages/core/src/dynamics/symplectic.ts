import { add, greaterEqual, mul, type Scalar, scalar, where } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import { hamiltonian, innerOf, jacobianVector } from '../jacobian.ts'
import { moveAll } from '../optimizer.ts'
import { countParameters } from '../tree.ts'
import { minus, plus, times } from './arithmetic.ts'

/** Options of `symplecticAdjustment`. */
export interface SymplecticOptions {
  /** Whether the sign of the adjustment follows the game (the paper's algorithm); without, it is always added. */
  readonly align?: boolean
}

/** Leans towards adding the adjustment where neither sign is better. */
const EPSILON = 0.1

/**
 * Symplectic gradient adjustment: players move along g + weight A^T g, where g is the game's gradient and A = (J - J^T) / 2 the part
 * of its Jacobian that turns. With `align` the weight takes the sign of <g, h> <A^T g, h> / d + 1/10, where h = J^T g is the slope of 1/2 |g|^2 and
 * d the number of parameters: drawn to stable points and pushed away from unstable ones. Optimizers see the adjusted gradient
 * in place of a gradient: with Adam its moments are those of g + weight A^T g. For games of any number of players.
 * Source: Balduzzi et al. 2018 (arXiv 1802.05642), section 3 and algorithm 1; their lambda is `weight`.
 * Throws on a weight that is not positive.
 */
export function symplecticAdjustment(weight = 1, { align = true }: SymplecticOptions = {}): Dynamics {
  checkNumber('symplecticAdjustment: the weight', weight, {
    positive: true,
    hint: 'without it, use simultaneous()',
  })
  return {
    draws: 1,
    init: () => ({}),
    step: (field, optimizers, moves, state) => {
      const { gradient, slope } = hamiltonian(field, moves.params)
      const turn = times(0.5, minus(slope, jacobianVector(field, moves.params, gradient)))
      const aligned = () => {
        const product = mul(innerOf(gradient, slope), innerOf(turn, slope))
        const positive = greaterEqual(add(mul(product, 1 / countParameters(moves.params)), EPSILON), 0)
        return where(positive, scalar(weight), scalar(-weight)) as Scalar
      }
      return [moveAll(plus(gradient, align ? aligned() : weight, turn), optimizers, moves), state]
    },
  }
}
