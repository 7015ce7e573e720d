import { matMul, neg, reshape, type Scalar, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import type { Game } from '../game.ts'
import { expectMatrix, expectStart, type Matrix, type Start, vectorPlayer } from './vectors.ts'

/** The players of the bilinear game. */
export type BilinearPlayers = { readonly x: Tensor; readonly y: Tensor }

/** How a bilinear game is made. */
export interface BilinearOptions {
  /** A of x'Ay, rows by columns; [[1]], the game xy, unless given. */
  readonly matrix?: Matrix
  readonly from?: Start
}

/**
 * The bilinear game: x [rows] minimises x'Ay and y [columns] maximises it. Zero-sum; its equilibria are the pairs with Ay = 0
 * and A'x = 0, the origin alone where A has full rank and is square. The field turns about them: the eigenvalues of its Jacobian are
 * plus and minus i times the singular values of A.
 * Source: Goodfellow 2016 (NIPS tutorial), section 7.2, for xy.
 * Throws on a matrix that is none, and on a start that does not fit it.
 */
export function bilinear({
  matrix = [[1]],
  from = {},
}: BilinearOptions = {}): Game<BilinearPlayers, unknown> {
  const [rows, columns] = expectMatrix('bilinear: matrix', matrix)
  expectStart('bilinear', from, { x: rows, y: columns })
  const value = ({ x, y }: BilinearPlayers): Scalar => {
    const a = tensor2d(matrix as number[][], [rows, columns])
    return reshape(matMul(reshape(x, [1, rows]), matMul(a, reshape(y, [columns, 1]))), [])
  }
  return {
    x: vectorPlayer(rows, from.x, all => ({ cost: value(all) })),
    y: vectorPlayer(columns, from.y, all => ({ cost: neg(value(all)) })),
  }
}
