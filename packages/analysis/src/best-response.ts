import {
  checkCount,
  clockAt,
  type Dynamics,
  fold,
  type Game,
  key as keyOf,
  makeStep,
  mapTree,
  move,
  type Optimizer,
  type Players,
  playersOf,
  release,
  type State,
  tensorsOf,
} from '@equilibria/core'
import { clone, type Tensor } from '@tensorflow/tfjs-core'
import { type Audience, costAt } from './cost.ts'

/** How a best response is searched. */
export interface ResponseOptions<B> extends Audience<B> {
  /** How the copy learns; Adam at a small rate suits networks. */
  readonly optimizer: Optimizer
  readonly steps: number
  /** What its cost is measured on, before and after; `batches` unless given. Data of its own tell a response from one that remembers. */
  readonly judged?: readonly B[]
  /** How many times on the way the cost is measured: the best point counts. */
  readonly looks?: number
}

/** What a player could do against the others as they stand. */
export interface BestResponse<Own> {
  /** The best parameters found; they belong to the caller. */
  readonly params: Own
  /** The player's cost where it stands, and at its best response. */
  readonly cost: { readonly now: number; readonly best: number }
  /** now - best, 0 at least: what the player would gain by leaving alone. */
  readonly gain: number
}

/** One player moves, the others stand. */
const only = (who: string): Dynamics => ({
  draws: 1,
  init: () => ({}),
  step: (field, optimizers, moves, state) => [
    move(who, field(who, moves.params).grads, optimizers, moves),
    state,
  ],
})

/**
 * A best response by training: a copy of `who` learns alone, the others held still, from where it stands. A lower bound of what it could
 * gain: no better than the optimizer and the number of steps.
 * The game is the one of this moment: every move of the copy, and every look at its cost, is at the step and with the slots of `state` (step 0
 * and first slots without one), so that what is scheduled stands still. A term of `every(k, ...)` is thus there at all moves or at none; to
 * count it, ask for a game without `every`. What networks remember goes along with the copy, and each move sees noise of its own.
 * Source: Grnarova et al. 2019 (arXiv 1811.05512), which trains the worst-case players so.
 * Throws on an unknown player, on steps and looks that are not positive integers and on no batches.
 */
export async function bestResponse<P extends Players, K extends keyof P & string, B>(
  game: Game<P, B>,
  who: K,
  at: P,
  {
    optimizer,
    steps,
    batches = [undefined as B],
    judged = batches,
    looks = 10,
    key = keyOf(0),
    state: run,
  }: ResponseOptions<B>,
): Promise<BestResponse<P[K]>> {
  const players = playersOf(game)
  if (!players.includes(who))
    throw new Error(`bestResponse: unknown player "${who}"; the game's players are ${players.join(', ')}`)
  for (const [name, n] of Object.entries({ steps, looks })) checkCount(`bestResponse: ${name}`, n)
  if (batches.length === 0) throw new Error('bestResponse: expected at least one batch, got none')
  const step = makeStep({ game, dynamics: only(who), optimizer })
  const copy = (own: P[K]) => mapTree((t: Tensor) => clone(t), own) as P[K]

  const fresh = step.init(0)
  const { step: moment = 0, slots = fresh.slots, memory = fresh.memory } = run ?? {}
  const clock = clockAt(moment)
  let state: State<P> = { ...fresh, key: fold(key, 'moves'), params: at, memory, slots }
  const lent = { params: at, memory, slots }
  release(tensorsOf(fresh), tensorsOf(state))
  const measure = (params: P) =>
    costAt(game, who, params, {
      batches: judged,
      key: fold(key, 'judged'),
      state: { step: moment, slots, memory: state.memory },
    })
  const now = await measure(at)
  let best = { cost: now, params: copy(at[who]) }
  const every = Math.ceil(steps / looks)
  for (let i = 0; i < steps; i++) {
    const moved = step.next(state, [batches[i % batches.length]!], { key: fold(state.key, i), clock })
    const next = { ...moved, slots }
    release([tensorsOf(state), moved.slots], [tensorsOf(next), lent])
    state = next
    if ((i + 1) % every !== 0 && i + 1 !== steps) continue
    const cost = await measure(state.params)
    if (!(cost < best.cost)) continue
    release(best.params)
    best = { cost, params: copy(state.params[who]) }
  }
  release([tensorsOf(state), lent], run ? lent : at)
  clock.step.dispose()
  return { params: best.params, cost: { now, best: best.cost }, gain: now - best.cost }
}
