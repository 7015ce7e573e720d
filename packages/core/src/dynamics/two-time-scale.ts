import { checkNumber, checkPlayers, checkRecord } from '../check.ts'
import { type Dynamics, expectDynamics } from '../dynamics.ts'
import { perPlayer } from '../jacobian.ts'
import { allowed, type Optimizer, type Optimizers } from '../optimizer.ts'
import { minus, plus } from './arithmetic.ts'
import { simultaneous } from './simultaneous.ts'

/** By how much players' moves are longer than their optimizers want: `{ critic: 4 }`. */
export type Factors = { readonly [player: string]: number }

/** `optimizer` with all its moves `factor` times as long. */
const scaled = (factor: number, optimizer: Optimizer): Optimizer => ({
  ...optimizer,
  update(grads, state, params) {
    const [aims, next] = optimizer.update(grads, state, params)
    return [allowed(optimizer, plus(params, factor, minus(aims, params))), next]
  },
})

/**
 * Two time scales: players move at rates of their own, each `factors[player]` times as far as its optimizer wants (1 unless given), under
 * any dynamics, simultaneous unless told otherwise. It scales moves, not gradients, so that Adam, which does not feel the length of a
 * gradient, has its rate multiplied too. The same as giving each player an optimizer of its own rate.
 * Source: Heusel et al. 2017 (arXiv 1706.08500), equation 1: a critic faster than its generator.
 * Throws on factors that are not positive, on what is no dynamics and, when the game is known, on players it lacks.
 */
export function twoTimeScale(factors: Factors, dynamics: Dynamics = simultaneous()): Dynamics {
  checkRecord('twoTimeScale: the factors', factors, '{ critic: 4 }')
  for (const [player, factor] of Object.entries(factors))
    checkNumber(`twoTimeScale: the factor of "${player}"`, factor, { positive: true })
  expectDynamics('twoTimeScale', dynamics)
  return {
    ...dynamics,
    check: (players, parts) => {
      checkPlayers('twoTimeScale', Object.keys(factors), players)
      dynamics.check?.(players, parts)
    },
    step: (field, optimizers, moves, state) =>
      dynamics.step(
        field,
        perPlayer(moves.params, who =>
          factors[who] === undefined ? optimizers[who] : scaled(factors[who], optimizers[who]),
        ) as Optimizers<typeof moves.params>,
        moves,
        state,
      ),
  }
}
