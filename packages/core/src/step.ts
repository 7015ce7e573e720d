import { clone, type Scalar } from '@tensorflow/tfjs-core'
import { mend } from './autodiff/index.ts'
import { checkPlayers } from './check.ts'
import { type Clock, clockAt } from './clock.ts'
import { type Dynamics, expectDynamics } from './dynamics.ts'
import { type Evaluation, type Field, fieldOf } from './field.ts'
import { type Game, initMemory, initPlayers, type Players, playersOf, type Stats, slotsOf } from './game.ts'
import { fold, type Key, key } from './key.ts'
import type { Memory } from './network.ts'
import { isOptimizer, type Optimizer, type Optimizers } from './optimizer.ts'
import type { Now, Slot } from './slot.ts'
import { mapTree, scoped, type Tree } from './tree.ts'

/** Everything that training carries from step to step: save it and nothing is lost. */
export interface State<P extends Players = Players> {
  /** Steps done. */
  readonly step: number
  readonly key: Key
  readonly params: P
  readonly optimizers: { readonly [K in keyof P]: Tree }
  readonly dynamics: Tree
  readonly memory: Memory
  readonly slots: { readonly [name: string]: Tree }
  /** The last step's statistics of every player; always holds its whole `cost`. */
  readonly stats: { readonly [K in keyof P]: Stats }
}

/** What one training step is made of. */
export interface StepParts<P extends Players, B> {
  readonly game: Game<P, B>
  readonly dynamics: Dynamics
  /** One for all players, or one for each. */
  readonly optimizer: Optimizer | Optimizers<P>
  readonly slots?: { readonly [name: string]: Slot }
}

/** What a step depends on besides state and batches. A compiler hands in its own; `momentOf` is the ordinary one. */
export interface Moment {
  /** Root of all randomness in the step. */
  readonly key: Key
  readonly clock: Clock
}

/** The moment of the step that follows `state`. */
export const momentOf = (state: Pick<State, 'key' | 'step'>): Moment => ({
  key: fold(state.key, state.step),
  clock: clockAt(state.step),
})

/** A training step as a value: a first state, and a pure, synchronous function from state and sub-batches to the next state. */
export interface Step<P extends Players = Players, B = unknown> {
  /** How many sub-batches `next` takes. */
  readonly draws: number
  readonly players: readonly (keyof P & string)[]
  init(seed: number): State<P>
  /**
   * The state after one more step. Inputs are left as they are (whoever owns the old state releases it); nothing is read
   * back from the device and nothing but the new state stays alive.
   */
  next(state: State<P>, batches: readonly B[], moment?: Moment): State<P>
}

const perPlayer = <P extends Players>(
  optimizer: Optimizer | Optimizers<P>,
  players: readonly (keyof P & string)[],
): Optimizers<P> => {
  if (isOptimizer(optimizer))
    return Object.fromEntries(players.map(name => [name, optimizer])) as unknown as Optimizers<P>
  for (const name of players)
    if (!isOptimizer(optimizer?.[name]))
      throw new Error(
        `no optimizer for player "${name}": give one optimizer for all, or a record with ${players.join(', ')}`,
      )
  checkPlayers('optimizer', Object.keys(optimizer), players)
  return optimizer
}

/**
 * Puts game, dynamics, optimizers and slots together into a step (DESIGN, section 3): state + batches -> turns -> field ->
 * dynamics -> slots -> state. Throws at once on parts that do not fit each other.
 */
export function makeStep<P extends Players, B>({
  game,
  dynamics,
  optimizer,
  slots: beside = {},
}: StepParts<P, B>): Step<P, B> {
  const players = playersOf(game)
  expectDynamics('a step', dynamics)
  const brought = slotsOf(game)
  const twice = Object.keys(beside).find(name => name in brought)
  if (twice !== undefined)
    throw new Error(`the slot "${twice}" is one that the game brings along: give yours another name`)
  for (const [name, slot] of Object.entries(beside)) {
    if (typeof slot?.init !== 'function' || typeof slot.next !== 'function')
      throw new Error(`the slot "${name}" must be { init, next }, such as ema(), got ${typeof slot}`)
    slot.check?.(players)
  }
  const slots = { ...brought, ...beside }
  const optimizers = perPlayer(optimizer, players)
  for (const name of players) game[name].check?.(optimizers[name])
  dynamics.check?.(players, { optimizers, slots })
  const { draws } = dynamics

  const record = <V>(f: (name: keyof P & string) => V) =>
    Object.fromEntries(players.map(name => [name, f(name)])) as { [K in keyof P]: V }

  const init = (seed: number): State<P> =>
    scoped(() => {
      const root = key(seed)
      const params = initPlayers(game, fold(root, 'players'))
      const own = <T extends Tree>(tree: T) => mapTree(clone, tree) as T
      return {
        step: 0,
        key: fold(root, 'steps'),
        params,
        optimizers: record(name => own(optimizers[name].init(params[name]!))),
        dynamics: own(dynamics.init(params)),
        memory: initMemory(game, fold(root, 'players')),
        slots: mapSlots(slots, (slot, name) => own(slot.init(params, fold(fold(root, 'slots'), name)))),
        stats: record(() => ({})),
      }
    })

  const next = (state: State<P>, batches: readonly B[], given?: Moment): State<P> => {
    if (batches.length !== draws)
      throw new Error(`this dynamics takes ${draws} sub-batches a step, got ${batches.length}`)
    mend()
    return scoped(() => {
      const { key: stepKey, clock } = given ?? momentOf(state)
      const seen = record((): Evaluation<P[keyof P]>[] => [])
      const plain = fieldOf(game, salt => ({
        batch: batches[salt % draws]!,
        key: fold(stepKey, salt),
        clock,
        memory: state.memory,
        slots: state.slots,
      }))
      const field: Field<P> = (who, at, salt) => {
        const evaluation = plain(who, at, salt)
        seen[who]?.push(evaluation)
        return evaluation
      }
      const [moves, memo] = dynamics.step(
        field,
        optimizers,
        { params: state.params, optimizers: state.optimizers },
        state.dynamics,
      )
      // An evaluation made inside of another gradient is gone with it, unless it was handed out.
      const last = record(name => seen[name].findLast(({ cost }) => !cost.isDisposed))
      const stats = record(name => {
        const of = last[name]
        return of ? { ...of.stats, cost: of.cost } : (state.stats[name] as { cost: Scalar })
      })
      const told: Memory = Object.assign({}, ...players.map(name => last[name]?.told ?? {}))
      const now: Now = {
        params: moves.params,
        stats,
        aux: record(name => last[name]?.aux ?? {}),
        clock,
      }
      return {
        step: state.step + 1,
        key: state.key,
        params: moves.params,
        optimizers: moves.optimizers,
        dynamics: memo,
        memory: Object.fromEntries(
          Object.entries(state.memory).map(([path, old]) => [path, told[path] ?? old]),
        ),
        slots: mapSlots(slots, (slot, name) => slot.next(state.slots[name]!, now)),
        stats,
      }
    })
  }

  return { draws, players, init, next }
}

const mapSlots = <R>(slots: { readonly [name: string]: Slot }, f: (slot: Slot, name: string) => R) =>
  Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, f(slot, name)]))

/** The tensors of a state as one tree, for saving, comparing and releasing. */
export const tensorsOf = <P extends Players>(state: State<P>): Tree => {
  const { params, optimizers, dynamics, memory, slots, stats } = state
  return { params, optimizers, dynamics, memory, slots, stats }
}
