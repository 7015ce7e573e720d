import type { Field } from './field.ts'
import type { Players } from './game.ts'
import type { Moves, Optimizers } from './optimizer.ts'
import type { Tree } from './tree.ts'

/**
 * How the players of a game move in one step: a rule that integrates the field of gradients. `draws` sub-batches are fetched
 * a step; the field's salt s sees sub-batch s mod `draws` and noise s.
 */
export interface Dynamics<S extends Tree = Tree> {
  readonly draws: number
  init(players: Players): S
  step<P extends Players>(
    field: Field<P>,
    optimizers: Optimizers<P>,
    moves: Moves<P>,
    state: S,
  ): [moves: Moves<P>, state: S]
  /** Throws if the dynamics does not fit a game of these players (a name it orders that is not there, ...). */
  check?(players: readonly string[]): void
}
