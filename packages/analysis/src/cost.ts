import { fold, type Game, type Key, key as keyOf, type Players, type State, scoped } from '@equilibria/core'
import { turnOf } from './still.ts'

/** Data and noise over which costs are averaged. */
export interface Audience<B> {
  /** What is shown, one after the other; they stay the caller's. A game without data takes `[undefined]`, the default. */
  readonly batches?: readonly B[]
  readonly key?: Key
  readonly state?: Pick<State, 'memory' | 'slots' | 'step'>
}

/** A player's whole cost at a point, regularizers included: the mean over the batches, each with noise of its own. */
export async function costAt<P extends Players, B>(
  game: Game<P, B>,
  who: keyof P & string,
  at: P,
  { batches = [undefined as B], key = keyOf(0), state }: Audience<B> = {},
): Promise<number> {
  if (batches.length === 0)
    throw new Error('costAt: expected at least one batch to show the players, got none')
  let sum = 0
  for (const [i, batch] of batches.entries()) {
    const cost = scoped(
      () => game[who].cost(at, turnOf({ batch, key: fold(key, i), ...(state ? { state } : {}) })).cost,
    )
    sum += (await cost.data())[0]!
    cost.dispose()
  }
  return sum / batches.length
}
