import { checkNumber } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import { hamiltonian } from '../jacobian.ts'
import { moveAll } from '../optimizer.ts'
import { plus } from './arithmetic.ts'

/**
 * Consensus optimization: all players also seek points where nobody's gradient is long. They move along g + weight J^T g, where g is
 * the game's gradient and J^T g the slope of 1/2 |g|^2 in everyone's parameters. Optimizers see that sum in place of a gradient: with
 * Adam its moments are those of g + weight J^T g. For games of any number of players. It is drawn to every point
 * without gradient, a game's unstable ones included.
 * Source: Mescheder et al. 2017 (arXiv 1705.10461), section 4 and algorithm 2; their gamma is `weight`.
 * Throws on a weight that is not positive.
 */
export function consensus(weight = 1): Dynamics {
  checkNumber('consensus: the weight', weight, { positive: true, hint: 'without it, use simultaneous()' })
  return {
    draws: 1,
    init: () => ({}),
    step: (field, optimizers, moves, state) => {
      const { gradient, slope } = hamiltonian(field, moves.params)
      return [moveAll(plus(gradient, weight, slope), optimizers, moves), state]
    },
  }
}
