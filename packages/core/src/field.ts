import { clone, keep, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { gradientsWithAux } from './autodiff/index.ts'
import type { Game, Players, Stats, Turn } from './game.ts'
import type { Memory } from './network.ts'
import { partial } from './partial.ts'
import { fromLeaves, leaves, mapTree, type Tree } from './tree.ts'

/** A player's gradient of its own cost, and what its cost noticed on the way. */
export interface Evaluation<Own> {
  readonly grads: Own
  readonly cost: Scalar
  readonly stats: Stats
  readonly aux: { readonly [name: string]: Tree }
  /** What the player's networks want remembered, by path. */
  readonly told: Memory
}

/**
 * The field of gradients of a game: player `who`'s gradient of its own cost at any point `at`, whatever the point.
 * `salt` picks noise and sub-batch: the same salt, the same draw. Called inside another gradient it is itself
 * differentiable, with respect to every player's parameters (mixed derivatives included).
 */
export type Field<P extends Players> = <K extends keyof P & string>(
  who: K,
  at: P,
  salt?: number,
) => Evaluation<P[K]>

/** The field of `game`, where `turn(salt)` is what all players see under that salt. */
export const fieldOf =
  <P extends Players, B>(game: Game<P, B>, turn: (salt: number) => Turn<B>): Field<P> =>
  (who, at, salt = 0) => {
    const player = game[who]
    if (player === undefined)
      throw new Error(`unknown player "${who}"; the game's players are ${Object.keys(game).join(', ')}`)
    const own = partial(at[who]!)
    const told: Record<string, Tensor> = {}
    const { value, grads, aux } = gradientsWithAux(() => {
      const {
        cost,
        stats = {},
        aux = {},
      } = player.cost(own === at[who] ? at : { ...at, [who]: own }, {
        ...turn(salt),
        // Kept at once: networks also tell from inside a regularizer's own gradient, whose scope ends before this one.
        tell: (path, t) => {
          told[path]?.dispose()
          told[path] = keep(clone(t))
        },
      })
      return { value: cost, aux: { stats, aux } }
    }, leaves<Tensor>(own))
    return {
      grads: fromLeaves(own, grads) as P[typeof who],
      cost: value,
      ...aux,
      // Back into the caller's scope: a tidy around the field now owns these.
      told: mapTree((held: Tensor) => {
        const free = clone(held)
        held.dispose()
        return free
      }, told) as Memory,
    }
  }
