import type { Dynamics } from '../dynamics.ts'
import { simultaneousMove } from './simultaneous.ts'

/**
 * Extragradient: look one simultaneous step ahead, then move from where one stood along the field found there, with the same
 * sub-batch and noise both times. The look-ahead runs the optimizer and throws its state away, so Adam is the
 * "extrapolation from the past state" variant: moments are updated once a step, with the gradients of the look-ahead point.
 * Source: Korpelevich 1976; Gidel et al. 2019 (arXiv 1802.10551), section 3.2 and algorithm 4.
 */
export const extragradient = (): Dynamics => ({
  draws: 1,
  init: () => ({}),
  step: (field, optimizers, moves, state) => {
    const ahead = simultaneousMove(field, optimizers, moves).params
    return [simultaneousMove((who, _at, salt) => field(who, ahead, salt), optimizers, moves), state]
  },
})
