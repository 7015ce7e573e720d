import type { Dynamics } from '../dynamics.ts'
import { simultaneousMove } from './simultaneous.ts'

/**
 * Extragradient: look one simultaneous step ahead, then move from where one stood along the field found there, with the same
 * sub-batch and noise both times. The look-ahead is a move that the optimizer makes and forgets: its state after the step is
 * that of the move alone, so that schedules count steps, and dynamics around this one remember moves that were made. With Adam
 * moments and step count are updated once a step, with the gradients of the look-ahead point; with `sgd` so is the velocity. This is
 * unlike Extra-Adam (Gidel et al. 2019, algorithm 4), which updates them at the look-ahead and again at the move.
 * Source: Korpelevich 1976; Gidel et al. 2019 (arXiv 1802.10551), section 3.2.
 */
export const extragradient = (): Dynamics => ({
  draws: 1,
  init: () => ({}),
  step: (field, optimizers, moves, state) => {
    const ahead = simultaneousMove(field, optimizers, moves).params
    return [simultaneousMove((who, _at, salt) => field(who, ahead, salt), optimizers, moves), state]
  },
})
