import type { Slot } from '@equilibria/core'
import { add, mul, scalar, type Tensor } from '@tensorflow/tfjs-core'
import { expectDecay } from './checks.ts'

/** Scalars by name. */
export type Scalars = { readonly [name: string]: Tensor }

/**
 * A slot of moving averages, from 0, of the scalars that its term hands out by these names: a <- decay a + (1 - decay) x after each
 * step in which the term was evaluated. Throws, in the name of `who`, on a decay outside [0, 1).
 */
export function averages(who: string, decay: number, names: readonly string[]): Slot<Scalars> {
  expectDecay(who, decay)
  const each = (f: (name: string) => Tensor) => Object.fromEntries(names.map(name => [name, f(name)]))
  return {
    init: () => each(() => scalar(0)),
    next: (state, { own }) =>
      own === undefined
        ? state
        : each(name => add(mul(decay, state[name]!), mul(1 - decay, (own as Scalars)[name]!))),
  }
}
