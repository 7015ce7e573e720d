import { add, type Scalar, scalar } from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import { perPlayer } from '../jacobian.ts'
import { allowed, move } from '../optimizer.ts'
import { at, type Schedule } from '../optimizers/schedule.ts'
import { minus, plus } from './arithmetic.ts'

/** Options of `bestResponseAveraging`. */
export interface BestResponseOptions {
  /** Moves that make a response. */
  readonly moves?: number
  /** How far players go towards their responses, in (0, 1]; a function of the steps done for an average over all of them. */
  readonly weight?: Schedule
}

/**
 * Best-response averaging: each player answers the others as they stand by `moves` moves of its own, and then all go a part `weight` of the
 * way to their answers. Answers that are exact and weights 1 / (t + 1) make it fictitious play; the more moves, the better the
 * answer. Move i of everyone sees sub-batch and noise i. Optimizer states are those of the answers: Adam's moments are updated
 * at every move, and go on from step to step. For games of any number of players.
 * Source: Leslie and Collins 2006 (Generalised weakened fictitious play, Games and Economic Behavior 56).
 * Throws on fewer than one move and on a constant weight outside (0, 1].
 */
export function bestResponseAveraging({
  moves: count = 5,
  weight = 0.5,
}: BestResponseOptions = {}): Dynamics {
  checkCount('bestResponseAveraging: moves', count)
  if (typeof weight === 'number' && !(weight > 0 && weight <= 1))
    throw new Error(`bestResponseAveraging: the weight must lie in (0, 1], got ${weight}`)
  return {
    draws: count,
    init: () => ({ t: scalar(0) }),
    step(field, optimizers, start, state) {
      type P = typeof start.params
      const { t } = state as { t: Scalar }
      const answers = perPlayer(start.params, who => {
        let answer = start
        for (let salt = 0; salt < count; salt++)
          answer = move(who, field(who, answer.params, salt).grads, optimizers, answer)
        return answer
      })
      const share = at(weight, t)
      const params = perPlayer(start.params, who =>
        allowed(
          optimizers[who],
          plus(start.params[who]!, share, minus(answers[who].params[who]!, start.params[who]!)),
        ),
      ) as unknown as P
      const states = perPlayer(start.params, who => answers[who].optimizers[who])
      return [{ params, optimizers: states }, { t: add(t, 1) as Scalar }]
    },
  }
}
