import type { Dynamics } from '../dynamics.ts'
import type { Players } from '../game.ts'
import { gameGradient } from '../jacobian.ts'
import { moveAll } from '../optimizer.ts'
import { zerosOf } from './arithmetic.ts'

/**
 * Extragradient that extrapolates from the past: look ahead along the gradients of the last look-ahead point (none at first), then move from
 * where one stood along the field found there. One evaluation of the field a step instead of extragradient's two; the state holds one
 * copy of all gradients. The optimizer makes the look-ahead and forgets it, as in `extragradient`: with Adam moments and step count
 * are updated once a step, with the gradients of the look-ahead point, unlike in Extra-Adam with extrapolation from the past (Gidel et al.
 * 2019, algorithm 4), which updates them twice. With `sgd` the look-ahead points are those of `optimistic`.
 * Source: Popov 1980; Gidel et al. 2019 (arXiv 1802.10551), section 3.3.
 */
export const pastExtragradient = (): Dynamics => ({
  draws: 1,
  init: players => ({ gradient: zerosOf(players) }),
  step: (field, optimizers, moves, state) => {
    const { gradient: past } = state as { gradient: Players }
    const ahead = moveAll(past as typeof moves.params, optimizers, moves).params
    const gradient = gameGradient(field, ahead)
    return [moveAll(gradient, optimizers, moves), { gradient }]
  },
})
