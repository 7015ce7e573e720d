import {
  equal,
  greater,
  logicalAnd,
  maximum,
  minimum,
  mul,
  type Scalar,
  scalar,
  sub,
} from '@tensorflow/tfjs-core'
import { checkCount, checkNumber, checkPlayers, checkRecord } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import type { Stats } from '../game.ts'
import { namesOf } from '../jacobian.ts'
import { type Moves, move } from '../optimizer.ts'
import { alternating, type Order } from './alternating.ts'
import { choose } from './arithmetic.ts'

/** Options of `lossBalanced`. */
export interface LossBalancedOptions {
  /** The difference of costs that is let be. */
  readonly margin?: number
  /** At most this many catch-up moves a step. */
  readonly cap?: number
  /** How players move before anyone catches up, as in `alternating`. */
  readonly order?: Order
  /** The statistic that is compared: the whole `cost` unless given; `loss` leaves the regularizers of a `gan` out. */
  readonly by?: string
  /**
   * What players' costs are multiplied by before they are compared, 1 unless given. The critic's cost in a GAN is the sum over real rows and
   * fakes, twice the generator's where neither is ahead: `{ critic: 0.5 }` compares the mean over both, as the source does.
   */
  readonly scales?: { readonly [player: string]: number }
}

const reported = (by: string, stats: Stats, who: string): Scalar => {
  const found = stats[by]
  if (!found)
    throw new Error(
      `lossBalanced: "${who}" reports no statistic "${by}" to compare; it reports ${Object.keys(stats).join(', ')}`,
    )
  return found
}

/**
 * Loss-balanced alternation: players move in turn, and then, while the highest cost exceeds the lowest by more than `margin`, only the player of the
 * highest cost moves, up to `cap` times. What is compared is the whole cost, or the statistic named `by`, times the player's scale: costs of a GAN are on
 * different scales, so give `scales: { critic: 0.5 }` there. Catch-up moves see the step's first sub-batch
 * anew and noise of their own. Nothing is read: every step computes all `cap` rounds, gradients of all players in each, and masks
 * keep what the rule says, optimizer state included, so that moments are updated once a move that was made. For games of any number of
 * players.
 * Source: the training loop of the repository jhayes14/GAN, with a margin of .1 between the generator's cost and the critic's mean over real rows
 * and fakes; the cap is ours.
 * Throws on a margin that is not >= 0, on scales that are not positive or of players that are not there, on fewer than one catch-up move, on orders that `alternating` refuses and, in the first step, on a
 * statistic that a player does not report.
 */
export function lossBalanced({
  margin = 0.1,
  cap = 5,
  order = {},
  by = 'cost',
  scales = {},
}: LossBalancedOptions = {}): Dynamics {
  checkNumber('lossBalanced: the margin', margin)
  checkCount('lossBalanced: cap', cap)
  checkRecord('lossBalanced: the order', order, '{ critic: 2 }')
  checkRecord('lossBalanced: the scales', scales, '{ critic: 0.5 }')
  for (const [player, scale] of Object.entries(scales))
    checkNumber(`lossBalanced: the scale of "${player}"`, scale, { positive: true })
  const turns = alternating(order)
  return {
    ...turns,
    check: players => checkPlayers('lossBalanced', [...Object.keys(order), ...Object.keys(scales)], players),
    step(field, optimizers, start, state) {
      type P = typeof start.params
      const names = namesOf(start.params)
      const [after] = turns.step(field, optimizers, start, {})
      const played = names.reduce((sum, who) => sum + (order[who] ?? 1), 0)
      /** One player moves, where the mask says so. */
      const masked = (
        who: keyof P & string,
        grads: P[typeof who],
        mask: Scalar,
        moves: Moves<P>,
      ): Moves<P> => {
        const { params, optimizers: states } = move(who, grads, optimizers, moves)
        return {
          params: { ...moves.params, [who]: choose(mask, params[who]!, moves.params[who]!) },
          optimizers: { ...moves.optimizers, [who]: choose(mask, states[who], moves.optimizers[who]) },
        }
      }
      let moves = after
      let apart: Scalar = scalar(true, 'bool')
      for (let round = 0; round < cap; round++) {
        // The sub-batch of the step's first move, whatever the number of draws.
        const salt = turns.draws * (played + round)
        const seen = names.map(who => field(who, moves.params, salt))
        const costs = seen.map(({ cost, stats }, i) => {
          const found = reported(by, { ...stats, cost }, names[i]!)
          const scale = scales[names[i]!]
          return scale === undefined ? found : (mul(scale, found) as Scalar)
        })
        const [highest, lowest] = [maximum, minimum].map(
          most => costs.reduce((a, b) => most(a, b)) as Scalar,
        ) as [Scalar, Scalar]
        apart = logicalAnd(apart, greater(sub(highest, lowest), margin))
        const here = moves
        moves = names.reduce(
          (m, who, i) => masked(who, seen[i]!.grads, logicalAnd(apart, equal(costs[i]!, highest)), m),
          here,
        )
      }
      return [moves, state]
    },
  }
}
