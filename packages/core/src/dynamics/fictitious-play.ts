import { add, greaterEqual, type Scalar, scalar, where } from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import type { Players } from '../game.ts'
import { perPlayer } from '../jacobian.ts'
import { moveAll } from '../optimizer.ts'
import { choose, plus, times } from './arithmetic.ts'

/** Options of `fictitiousPlay`. */
export interface FictitiousPlayOptions {
  /** How many past players are kept. */
  readonly pool?: number
  /** Steps between two that are kept. */
  readonly every?: number
}

/**
 * Fictitious play with a pool of past players: everyone moves at once along the mean of the gradients of its cost against the others as they are
 * and as they were at each of the last `pool` times they were kept, every `every` steps; at first the pool is full of the players
 * that training began with. It costs pool + 1 evaluations of each gradient, and as many copies of all parameters. Optimizers see the mean in place of
 * a gradient: with Adam its moments are those of the mean. For games of any number of players.
 * Source: Brown 1951; for GANs Ge et al. 2018 (arXiv 1803.08647).
 * Throws on a pool or an interval < 1.
 */
export function fictitiousPlay({ pool = 4, every = 100 }: FictitiousPlayOptions = {}): Dynamics {
  checkCount('fictitiousPlay: pool', pool)
  checkCount('fictitiousPlay: every', every)
  return {
    draws: 1,
    init: players => ({ past: Array.from({ length: pool }, () => players), count: scalar(0) }),
    step(field, optimizers, start, state) {
      type P = typeof start.params
      const { past, count } = state as { past: readonly Players[]; count: Scalar }
      const grads = perPlayer(start.params, who => {
        // The present last, since statistics are those of the last evaluation.
        const against = [...past.map(old => ({ ...old, [who]: start.params[who] }) as P), start.params]
        const total = against.map(at => field(who, at).grads).reduce((a, b) => plus(a, 1, b))
        return times(1 / against.length, total)
      }) as unknown as P
      const moves = moveAll(grads, optimizers, start)
      const done = add(count, 1) as Scalar
      const due = greaterEqual(done, every) as Scalar
      const shifted = [moves.params as Players, ...past]
      return [
        moves,
        {
          past: past.map((old, i) => choose(due, shifted[i]!, old)),
          count: where(due, scalar(0), done),
        },
      ]
    },
  }
}
