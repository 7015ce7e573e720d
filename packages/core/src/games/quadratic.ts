import {
  add,
  concat,
  matMul,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import type { Game } from '../game.ts'
import {
  expectMatrix,
  expectStart,
  expectVector,
  type Matrix,
  type Start,
  type Vectors,
  vectorPlayer,
} from './vectors.ts'

/** A player's cost w'Mw / 2 + b'w. */
export interface QuadraticCost {
  /** M, square, with a row and a column for each number of w. */
  readonly matrix: Matrix
  /** b, a number for each of w; zeros unless given. */
  readonly linear?: readonly number[]
}

/** How a quadratic game is made. */
export interface QuadraticOptions {
  /** Each player's cost, by player. */
  readonly costs: { readonly [player: string]: QuadraticCost }
  /** How many numbers each player has; 1 unless given. */
  readonly sizes?: { readonly [player: string]: number }
  readonly from?: Start
}

/**
 * A quadratic game of any number of players: player i, a vector [sizes.i], minimises w'M_i w / 2 + b_i'w, where w holds all
 * players' vectors one after the other, in the order of `costs`. The field is the affine map w -> Aw + b, whose rows for
 * player i are those of (M_i + M_i') / 2 and of b_i; its equilibria are the points with Aw + b = 0 at which each player's own block
 * of its matrix is positive semidefinite.
 * Source: Balduzzi et al. 2018 (arXiv 1802.05642), section 2.
 * Throws on no players, matrices and vectors of other sizes than w, and on a start that does not fit.
 */
export function quadratic({ costs, sizes = {}, from = {} }: QuadraticOptions): Game<Vectors, unknown> {
  const players = Object.keys(costs)
  if (players.length === 0) throw new Error('quadratic: expected a cost for each player, got none')
  for (const [player, size] of Object.entries(sizes)) {
    if (!players.includes(player))
      throw new Error(
        `quadratic: player "${player}" has a size but no cost; costs are given for ${players.join(', ')}`,
      )
    checkCount(`quadratic: sizes.${player}`, size)
  }
  const sizeOf = Object.fromEntries(players.map(player => [player, sizes[player] ?? 1]))
  expectStart('quadratic', from, sizeOf)
  const total = Object.values(sizeOf).reduce((sum, size) => sum + size, 0)
  for (const player of players) {
    const { matrix, linear } = costs[player]!
    const [rows, columns] = expectMatrix(`quadratic: costs.${player}.matrix`, matrix)
    if (rows !== total || columns !== total)
      throw new Error(
        `quadratic: costs.${player}.matrix must be ${total} x ${total}, for the ${total} numbers of all players, got ${rows} x ${columns}`,
      )
    if (linear) expectVector(`quadratic: costs.${player}.linear`, linear, total)
  }
  const cost = ({ matrix, linear }: QuadraticCost, all: Vectors): Scalar => {
    const w = concat(
      players.map(player => all[player]!),
      0,
    )
    const curved = matMul(
      reshape(w, [1, total]),
      matMul(tensor2d(matrix as number[][], [total, total]), reshape(w, [total, 1])),
    )
    const half: Tensor = mul(0.5, reshape(curved, []))
    return (linear ? add(half, sum(mul(tensor1d([...linear]), w))) : half) as Scalar
  }
  return Object.fromEntries(
    players.map(player => [
      player,
      vectorPlayer(sizeOf[player]!, from[player], (all: Vectors) => ({ cost: cost(costs[player]!, all) })),
    ]),
  )
}
