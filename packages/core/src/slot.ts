import type { Clock } from './clock.ts'
import type { Players, Stats } from './game.ts'
import type { Key } from './key.ts'
import type { Tree } from './tree.ts'

/** What a slot is shown after a step. */
export interface Now {
  readonly params: Players
  readonly stats: { readonly [player: string]: Stats }
  readonly aux: { readonly [player: string]: { readonly [name: string]: Tree } }
  readonly clock: Clock
  /** For a player's own slot: what that player's cost handed out under the slot's name, if it did. */
  readonly own?: Tree | undefined
}

/**
 * State that lives beside the players and changes once a step: an average of weights, a pool of past images, an adaptive
 * probability. Costs read it through `turn.slots`.
 */
export interface Slot<S extends Tree = Tree> {
  init(players: Players, key: Key): S
  next(state: S, now: Now): S
  /** Throws if the slot does not fit a game of these players (one that it names is not there); `makeStep` asks. */
  check?(players: readonly string[]): void
  /**
   * Whether the slot may be taken for constant by dynamics that look through several moves (`unrolled`): no cost reads it, or costs read
   * what does not depend on those moves.
   */
  readonly still?: boolean
}
