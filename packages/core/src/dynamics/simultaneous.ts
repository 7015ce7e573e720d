import type { Dynamics } from '../dynamics.ts'
import type { Field } from '../field.ts'
import type { Players } from '../game.ts'
import { gameGradient } from '../jacobian.ts'
import { type Moves, moveAll, type Optimizers } from '../optimizer.ts'

/** Every player moves along the field taken at the same point `moves.params`. */
export function simultaneousMove<P extends Players>(
  field: Field<P>,
  optimizers: Optimizers<P>,
  moves: Moves<P>,
): Moves<P> {
  return moveAll(gameGradient(field, moves.params), optimizers, moves)
}

/**
 * Simultaneous gradient play: all players see the same point, the same sub-batch and the same noise, and move at once.
 * Source: Goodfellow 2016 (NIPS tutorial), section 3.1; on f = xy it multiplies the radius by sqrt(1 + lr^2) a step.
 */
export const simultaneous = (): Dynamics => ({
  draws: 1,
  init: () => ({}),
  step: (field, optimizers, moves, state) => [simultaneousMove(field, optimizers, moves), state],
})
