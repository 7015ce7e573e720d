import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import type { CostTerm, Player } from '../game.ts'
import { normal } from '../random.ts'

/** Players of a small game: a vector of numbers each. */
export type Vectors = { readonly [player: string]: Tensor }

/** Where players of a small game start, by player. Those not named start at keyed standard normal numbers. */
export type Start = { readonly [player: string]: readonly number[] }

/** A table of numbers, row by row. */
export type Matrix = readonly (readonly number[])[]

/** Throws unless `given` is a list of finite numbers, of `size` of them where that is known. */
export function expectVector(what: string, given: readonly number[], size?: number): void {
  if (!Array.isArray(given) || (size !== undefined && given.length !== size) || !given.every(Number.isFinite))
    throw new Error(
      `${what}: expected a list of ${size === undefined ? '' : `${size} `}finite numbers, got ${JSON.stringify(given)}`,
    )
}

/** The sides of a matrix. Throws unless its rows are lists of finite numbers, all of one length >= 1. */
export function expectMatrix(what: string, matrix: Matrix): [rows: number, columns: number] {
  const columns = matrix?.[0]?.length
  if (!Array.isArray(matrix) || !columns)
    throw new Error(`${what}: expected rows of numbers like [[1, 0], [0, 1]], got ${JSON.stringify(matrix)}`)
  for (const [i, row] of matrix.entries()) expectVector(`${what}, row ${i}`, row, columns)
  return [matrix.length, columns]
}

/** Throws if `from` names a player that the game lacks, or gives one the wrong number of numbers. */
export function expectStart(game: string, from: Start, sizes: { readonly [player: string]: number }): void {
  for (const [player, numbers] of Object.entries(from)) {
    if (!Object.hasOwn(sizes, player))
      throw new Error(
        `${game}: from has a player "${player}"; the game's players are ${Object.keys(sizes).join(', ')}`,
      )
    expectVector(`${game}: from.${player}`, numbers, sizes[player]!)
  }
}

/** A player that is a vector of `size` numbers, starting at `from` or at keyed standard normal numbers. */
export const vectorPlayer = <P, B>(
  size: number,
  from: readonly number[] | undefined,
  cost: CostTerm<P, B>,
): Player<P, Tensor, B> => ({
  init: key => (from ? tensor1d([...from]) : normal(key, [size])),
  cost,
})
