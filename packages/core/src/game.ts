import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Clock } from './clock.ts'
import { fold, type Key } from './key.ts'
import { type Context, type Memory, type Network, prefixed } from './network.ts'
import type { Optimizer } from './optimizer.ts'
import type { Slot } from './slot.ts'
import type { Params, Tree } from './tree.ts'

/** Everybody's parameters, by player. */
export type Players = { readonly [player: string]: Params }

/** Scalars worth logging, by name. */
export type Stats = { readonly [name: string]: Scalar }

/** One player's look at one (sub-)batch. Everything a cost may depend on besides parameters. */
export interface Turn<B> {
  readonly batch: B
  /** The same for all players who are shown the same sub-batch and noise. */
  readonly key: Key
  readonly clock: Clock
  /** Memory of all networks; paths begin with the player's name. */
  readonly memory: Memory
  /** What slots hold (averages, pools, adaptive probabilities), by slot name. */
  readonly slots: { readonly [name: string]: Tree }
  readonly tell?: ((path: string, value: Tensor) => void) | undefined
}

/** A cost with what it noticed on the way: `stats` are logged, `aux` (fakes for a pool, ...) is handed to the slots. */
export interface Costed {
  readonly cost: Scalar
  readonly stats?: Stats
  readonly aux?: { readonly [name: string]: Tree }
}

/**
 * A part of a player's cost, over everyone's parameters. It never detaches other players: second-order dynamics need the
 * mixed derivatives.
 */
export type CostTerm<P, B> = (all: P, turn: Turn<B>) => Costed

/** A player: a group of parameters that moves on one cost. Not necessarily one network. */
export interface Player<P, Own extends Params, B> {
  init(key: Key): Own
  memory?(key: Key): Memory
  /** State beside the parameters that the cost needs (`slotsOf`): it reads it as `turn.slots["player/name"]`. */
  readonly slots?: { readonly [name: string]: Slot }
  readonly cost: CostTerm<P, B>
  /** Throws if this player is not to be moved by `optimizer`; `makeStep` asks. */
  check?(optimizer: Optimizer): void
}

/** A game is a record of players. */
export type Game<P extends Players, B> = { readonly [K in keyof P]: Player<P, P[K], B> }

/** The names of a game's players, in the order they were given. Throws if there are none, or one lacks init or cost. */
export function playersOf<P extends Players, B>(game: Game<P, B>): (keyof P & string)[] {
  const names = Object.keys(game ?? {}) as (keyof P & string)[]
  if (names.length === 0) throw new Error('a game needs at least one player, got none')
  for (const name of names)
    for (const part of ['init', 'cost'] as const)
      if (typeof game[name]?.[part] !== 'function')
        throw new Error(
          `player "${name}" has no ${part}: a player is { init(key) => params, cost(all, turn) => { cost } }`,
        )
  return names
}

/** Fresh parameters of every player, each from its own key. */
export const initPlayers = <P extends Players, B>(game: Game<P, B>, key: Key): P =>
  Object.fromEntries(playersOf(game).map(name => [name, game[name].init(fold(key, name))])) as unknown as P

/** Fresh memory of every player's networks; paths begin with the player's name. */
export const initMemory = <P extends Players, B>(game: Game<P, B>, key: Key): Memory =>
  Object.assign(
    {},
    ...playersOf(game).map(name => prefixed(name, game[name].memory?.(fold(fold(key, name), 'memory')))),
  )

/**
 * The slots that players bring along, by `player/name`. Each sees the parameters of its player alone, and as `now.own` what that
 * player's cost handed out under its name.
 */
export const slotsOf = <P extends Players, B>(game: Game<P, B>): { readonly [name: string]: Slot } =>
  Object.fromEntries(
    playersOf(game).flatMap(player =>
      Object.entries(game[player].slots ?? {}).map(([name, slot]): [string, Slot] => [
        `${player}/${name}`,
        {
          ...slot,
          init: (players, key) => slot.init({ [player]: players[player]! }, key),
          next: (state, now) =>
            slot.next(state, {
              ...now,
              params: { [player]: now.params[player]! },
              own: now.aux[player]?.[name],
            }),
        },
      ]),
    ),
  )

/**
 * The training context in which a player's cost evaluates `player`'s network: its memory, the turn's key, folded with `pass`
 * where one network is applied several times and each application needs randomness of its own (dropout on real and fake).
 */
export const trainingContext = <B>(
  turn: Turn<B>,
  player: string,
  { pass = '', labels }: { pass?: string; labels?: Tensor | undefined } = {},
): Context => ({
  key: fold(fold(turn.key, player), pass),
  mode: 'train',
  path: player,
  memory: turn.memory,
  labels,
  clock: turn.clock,
  tell: turn.tell,
})

/** A player that is one network. */
export const networkPlayer = <P, Own extends Params, B, In, Out>(
  network: Network<In, Out, Own>,
  cost: CostTerm<P, B>,
): Player<P, Own, B> => ({
  init: network.init,
  ...(network.memory ? { memory: network.memory } : {}),
  cost,
})
