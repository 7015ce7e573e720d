import type { Field } from './field.ts'
import type { Players } from './game.ts'
import type { Moves, Optimizer, Optimizers } from './optimizer.ts'
import type { Slot } from './slot.ts'
import type { Tree } from './tree.ts'

/** What a dynamics is put together with in a step. */
export interface Fitted {
  readonly optimizers: { readonly [player: string]: Optimizer }
  readonly slots: { readonly [name: string]: Slot }
}

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
  /**
   * Throws if the dynamics does not fit a game of these players (a name it orders that is not there, ...) or what else the step is
   * made of.
   */
  check?(players: readonly string[], parts: Fitted): void
}

/** Throws unless `who`, a step or a dynamics around another, is given dynamics. */
export function expectDynamics(who: string, dynamics: Dynamics): void {
  const { draws, init, step } = (dynamics ?? {}) as Partial<Dynamics>
  if (typeof init === 'function' && typeof step === 'function' && Number.isInteger(draws)) return
  const given =
    typeof dynamics === 'function'
      ? 'a function: call it, and give what it returns'
      : dynamics === undefined
        ? 'none'
        : dynamics === null
          ? 'null'
          : typeof dynamics
  throw new Error(`${who} needs dynamics { draws, init, step }, such as alternating(), got ${given}`)
}
