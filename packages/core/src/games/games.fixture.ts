import { mul, type Scalar, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { gradients } from '../autodiff/index.ts'
import { clockAt } from '../clock.ts'
import { type Evaluation, fieldOf } from '../field.ts'
import type { Game, Players, Turn } from '../game.ts'
import { key } from '../key.ts'
import { leaves, type Params } from '../tree.ts'

/** The numbers of a tensor. */
export const values = (t: Tensor): number[] => [...t.dataSync()]

/** A turn of step 0 without memory and slots. */
export const turnOf = <B>(batch: B, given: Partial<Turn<B>> = {}): Turn<B> => ({
  batch,
  key: key(1),
  clock: clockAt(0),
  memory: {},
  slots: {},
  ...given,
})

/** What a game's player finds at a point. */
export const look = <P extends Players, B, K extends keyof P & string>(
  game: Game<P, B>,
  who: K,
  at: P,
  batch: B,
  given: Partial<Turn<B>> = {},
): Evaluation<P[K]> => fieldOf(game, () => turnOf(batch, given))(who, at)

/** The Jacobian of the field of a game of vectors, in the players' order, all numbers of one row a number of the field. */
export function jacobian<P extends { readonly [player: string]: Tensor }>(
  game: Game<P, null>,
  at: P,
): number[][] {
  const field = fieldOf(game, () => turnOf(null))
  const places = leaves<Tensor>(at as Params)
  return Object.keys(game).flatMap(who =>
    Array.from({ length: at[who]!.size }, (_, i) => {
      const pick = tensor(Array.from({ length: at[who]!.size }, (_, j) => (i === j ? 1 : 0)))
      const { grads } = gradients(() => sum(mul(field(who, at).grads as Tensor, pick)) as Scalar, places)
      return grads.flatMap(values)
    }),
  )
}
