import type { Matrix } from '@equilibria/core'

/** A square matrix as the sum of a symmetric and an antisymmetric one. */
export interface Split {
  /** (J + J') / 2: what pulls. The Jacobian of a game in which all share one cost is symmetric. */
  readonly symmetric: Matrix
  /** (J - J') / 2: what turns. Off the blocks of single players, all of a zero-sum game is antisymmetric. */
  readonly antisymmetric: Matrix
  /** |A|^2 / (|S|^2 + |A|^2) in Frobenius norms: 0 where nothing turns, 1 where everything does; 0 for a zero matrix. */
  readonly rotation: number
}

const squares = (matrix: Matrix): number =>
  matrix.reduce((sum, row) => sum + row.reduce((s, x) => s + x * x, 0), 0)

/**
 * Splits the Jacobian of a game's field into its symmetric (potential) and antisymmetric (Hamiltonian) part. Both are orthogonal, so
 * the share of the second in |J|^2 measures rotation.
 * Source: Balduzzi et al. 2018 (arXiv 1802.05642), lemma 1, the generalised Helmholtz decomposition.
 * Throws on matrices that are not square.
 */
export function split(jacobian: Matrix): Split {
  if (jacobian.some(row => row.length !== jacobian.length))
    throw new Error(
      `split: expected a square matrix, got ${jacobian.length} rows of ${jacobian[0]?.length ?? 0} numbers`,
    )
  const half = (sign: number) =>
    jacobian.map((row, i) => row.map((x, j) => (x + sign * jacobian[j]![i]!) / 2))
  const [symmetric, antisymmetric] = [half(1), half(-1)]
  return { symmetric, antisymmetric, rotation: share(squares(antisymmetric), squares(symmetric)) }
}

/** What part of the whole `turning` is; 0 where there is nothing. */
export const share = (turning: number, pulling: number): number =>
  turning + pulling === 0 ? 0 : turning / (turning + pulling)
