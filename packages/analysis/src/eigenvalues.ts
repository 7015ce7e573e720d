import type { Matrix } from '@equilibria/core'
import { Matrix as Dense, EigenvalueDecomposition } from 'ml-matrix'

/** A complex number. */
export interface Complex {
  readonly re: number
  readonly im: number
}

/** |z|. */
export const modulus = ({ re, im }: Complex): number => Math.hypot(re, im)

/** Throws unless a matrix is square and its numbers are finite. */
function expectSquare(matrix: Matrix): void {
  const odd = matrix.find(row => row.length !== matrix.length)
  if (odd || matrix.length === 0)
    throw new Error(
      `eigenvalues: expected a square matrix, got ${matrix.length} rows of ${odd?.length ?? 0} numbers`,
    )
  for (const [i, row] of matrix.entries()) {
    const j = row.findIndex(x => !Number.isFinite(x))
    if (j >= 0)
      throw new Error(
        `eigenvalues: expected finite numbers, got ${row[j]} in row ${i}, column ${j}: is the game differentiable there?`,
      )
  }
}

/** Rightmost first; of a conjugate pair, the upper one first. */
const order = (a: Complex, b: Complex): number => b.re - a.re || b.im - a.im

/**
 * All eigenvalues of a real square matrix, symmetric or not, rightmost first: Hessenberg form and implicitly shifted QR, about 10 n^3
 * operations. An eigenvalue of multiplicity m comes out with an error of the m-th root of the rounding error.
 * Throws on matrices that are not square, and on numbers that are not finite.
 */
export function eigenvalues(matrix: Matrix): Complex[] {
  expectSquare(matrix)
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    new Dense(matrix as number[][]),
  )
  // + 0: no negative zeros.
  return realEigenvalues.map((re, i) => ({ re: re + 0, im: imaginaryEigenvalues[i]! + 0 })).sort(order)
}

/** An eigenvalue with an eigenvector: real and imaginary parts, of length 1 together. */
export interface Eigenpair {
  readonly value: Complex
  readonly vector: { readonly re: Float64Array; readonly im: Float64Array }
}

/** All eigenvalues with eigenvectors, rightmost first. Throws as `eigenvalues` does. */
export function eigenpairs(matrix: Matrix): Eigenpair[] {
  expectSquare(matrix)
  const {
    realEigenvalues,
    imaginaryEigenvalues,
    eigenvectorMatrix: columns,
  } = new EigenvalueDecomposition(new Dense(matrix as number[][]))
  const n = matrix.length
  const column = (j: number, sign = 1) => Float64Array.from({ length: n }, (_, i) => sign * columns.get(i, j))
  const pairs = realEigenvalues.map((re, j): Eigenpair => {
    const im = imaginaryEigenvalues[j]!
    // A conjugate pair a +- ib has its vectors u +- iw packed into two columns: u, then w.
    const vector =
      im === 0
        ? { re: column(j), im: new Float64Array(n) }
        : im > 0
          ? { re: column(j), im: column(j + 1) }
          : { re: column(j - 1), im: column(j, -1) }
    const length = Math.sqrt([...vector.re, ...vector.im].reduce((sum, x) => sum + x * x, 0))
    return {
      value: { re: re + 0, im: im + 0 },
      vector: { re: vector.re.map(x => x / length), im: vector.im.map(x => x / length) },
    }
  })
  return pairs.sort((a, b) => order(a.value, b.value))
}
