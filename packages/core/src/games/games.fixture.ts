import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  matMul,
  mean,
  mul,
  neg,
  reshape,
  type Scalar,
  setBackend,
  softplus,
  sum,
  type Tensor,
  tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect } from 'vitest'
import { gradients, mend } from '../autodiff/index.ts'
import { clockAt } from '../clock.ts'
import { type Evaluation, fieldOf } from '../field.ts'
import type { Game, Players, Turn } from '../game.ts'
import { key } from '../key.ts'
import type { Latent } from '../latent.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import { normal } from '../random.ts'
import { leaves, type Params } from '../tree.ts'

/** The tests of a file run on cpu, with gradients mended. */
export const onCpu = (): void =>
  beforeAll(async () => {
    await setBackend('cpu')
    mend()
  })

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

/** The non-saturating loss. */
export const nonSaturating: Loss = {
  symmetric: true,
  critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))) as Scalar,
  generator: fake => mean(softplus(neg(fake))) as Scalar,
}

/** Rows [n, ...] -> rows [n, outputs], one product; its parameters are the matrix. Its features are its outputs. */
export function linearNetwork(inputs: number, outputs: number): Network {
  const apply = (w: Params, x: Tensor) => matMul(reshape(x, [-1, inputs]), w as Tensor) as Tensor
  return { init: k => normal(k, [inputs, outputs]), apply }
}

/** A linear critic: rows -> logits [n]. */
export const linearCritic = (inputs: number): Network => ({
  init: linearNetwork(inputs, 1).init,
  apply: (w, x) => reshape(matMul(x, w as Tensor), [-1]),
})

/** Latents that are always these. */
export const fixedLatent = (rows: readonly (readonly number[])[]): Latent => ({
  dimensions: rows[0]!.length,
  draw: () => tensor2d(rows as number[][]),
})

/** Arithmetic of the references, in double precision. */
export type Rows = readonly (readonly number[])[]
export const product = (a: Rows, b: Rows): number[][] =>
  a.map(row => b[0]!.map((_, j) => row.reduce((total, v, k) => total + v * b[k]![j]!, 0)))
export const beside = (a: Rows, b: Rows): number[][] => a.map((row, i) => [...row, ...b[i]!])
export const column = (rows: Rows, j = 0): number[] => rows.map(row => row[j]!)
export const average = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length
export const softplusOf = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)
export const logSumExpOf = (xs: readonly number[]): number =>
  Math.log(xs.reduce((total, x) => total + Math.exp(x), 0))
export const surprise = (logits: readonly number[], label: number): number =>
  logSumExpOf(logits) - logits[label]!
/** Mean over all numbers of f(a, b). */
export const meanOf = (a: Rows, b: Rows, f: (x: number, y: number) => number): number =>
  average(a.flatMap((row, i) => row.map((x, j) => f(x, b[i]![j]!))))
export const criticCost = (real: readonly number[], fake: readonly number[]): number =>
  average(real.map(r => softplusOf(-r))) + average(fake.map(softplusOf))
export const generatorCost = (fake: readonly number[]): number => average(fake.map(f => softplusOf(-f)))

/** Parameters of players that are matrices. */
export type Matrices = { readonly [player: string]: Rows }

/**
 * Holds every player's cost against `reference`, its formula in double precision, and every player's gradient against central
 * differences of that formula in that player's own parameters; none may be zero throughout.
 */
export function expectPlays<B>(
  // biome-ignore lint/suspicious/noExplicitAny: games of all players
  game: Game<any, B>,
  at: Matrices,
  batch: B,
  reference: (at: Matrices) => { readonly [player: string]: number },
): void {
  const params = Object.fromEntries(
    Object.entries(at).map(([who, rows]) => [who, tensor2d(rows as number[][])]),
  )
  expect(Object.keys(game)).toEqual(Object.keys(at))
  for (const [who, rows] of Object.entries(at)) {
    const { cost, grads } = look<Players, B, string>(game, who, params, batch)
    expect(values(cost)[0], `cost of ${who}`).toBeCloseTo(reference(at)[who]!, 4)
    const moved = (i: number, j: number, by: number) =>
      reference({ ...at, [who]: rows.map((row, a) => row.map((v, b) => (a === i && b === j ? v + by : v))) })[
        who
      ]!
    const slopes = rows.flatMap((row, i) =>
      row.map((_, j) => (moved(i, j, 1e-5) - moved(i, j, -1e-5)) / 2e-5),
    )
    const found = values(grads as Tensor)
    for (const [i, slope] of slopes.entries())
      expect(found[i], `gradient ${i} of ${who}`).toBeCloseTo(slope, 3)
    expect(Math.max(...slopes.map(Math.abs)), `some gradient of ${who}`).toBeGreaterThan(1e-3)
  }
}
