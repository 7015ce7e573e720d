import { checkCount, type Key, key as keyOf, normals } from '@equilibria/core'
import { type Complex, type Eigenpair, eigenpairs, modulus } from './eigenvalues.ts'
import { dot, norm, type Vector } from './vectors.ts'

/** A matrix that is known by what it does to vectors. */
export type Product = (v: Vector) => Vector | Promise<Vector>

/**
 * Which end of the spectrum is wanted. Of a game's Jacobian J the `leftmost` decide: play descends, by -J (`flowStability`). Of the Jacobian of an
 * update the `largest` do (`stepStability`).
 */
export type Wanted = 'rightmost' | 'leftmost' | 'largest'

/** Options of `arnoldi`. */
export interface ArnoldiOptions {
  /** How many numbers the vectors have. */
  readonly size: number
  readonly wanted: Wanted
  /** How many eigenvalues. */
  readonly count?: number
  /** The largest Krylov space: so many products at most, and so many vectors in memory. */
  readonly dimension?: number
  /** Residuals below this share of the largest |eigenvalue| count as converged. Products in float32 have rounding of about 1e-6. */
  readonly tolerance?: number
  /** Of the first vector. */
  readonly key?: Key
}

/** An eigenvalue found from products alone. */
export interface RitzValue {
  readonly value: Complex
  /** |A v - value v| for the unit vector v found: how far from an eigenvalue (of a normal matrix) it may be. */
  readonly residual: number
}

/** What `arnoldi` found. `flowStability` and `stepStability` take it whole, and refuse the end of the spectrum that does not decide. */
export interface ArnoldiResult {
  readonly wanted: Wanted
  /** The wanted ones, outermost first. Fewer than asked for where the matrix has fewer. */
  readonly values: readonly RitzValue[]
  readonly converged: boolean
  /** How many products were taken. */
  readonly products: number
}

const reach: Readonly<Record<Wanted, (z: Complex) => number>> = {
  rightmost: z => z.re,
  leftmost: z => -z.re,
  largest: modulus,
}

/**
 * The outermost eigenvalues of a large matrix that is known by its products only, such as a game's Jacobian: Arnoldi's method
 * with full orthogonalisation, twice, on the host in double precision, without restarts. Stops when the wanted values have
 * converged or the space is full; `converged` and the residuals say which. An eigenvalue of several independent eigenvectors is found
 * once. It is never the whole spectrum: a verdict of stability needs the end that decides, hence `wanted` has no default. Memory: dimension * size * 8 bytes.
 * Source: Arnoldi 1951; Saad 2011, "Numerical methods for large eigenvalue problems", algorithms 6.2 and 6.3.
 * Throws on sizes and counts that are not positive integers, on an unknown end of the spectrum or none, and where a product is not finite.
 */
export async function arnoldi(
  product: Product,
  { size, wanted, count = 4, dimension = 80, tolerance = 1e-5, key = keyOf(0) }: ArnoldiOptions,
): Promise<ArnoldiResult> {
  for (const [name, n] of Object.entries({ size, count, dimension })) checkCount(`arnoldi: ${name}`, n)
  if (!(wanted in reach))
    throw new Error(
      `arnoldi: wanted must be one of ${Object.keys(reach).join(', ')}, got ${wanted === undefined ? 'none' : `"${wanted}"`}; for the stability of a field ask for the leftmost, for that of an update for the largest`,
    )
  const most = Math.min(dimension, size)
  const start = Float64Array.from(normals(key, size))
  const basis: Vector[] = [scaled(start, 1 / norm(start))]
  // Column j of the Hessenberg matrix: j + 2 numbers.
  const columns: Vector[] = []
  for (;;) {
    const j = columns.length
    const w = Float64Array.from(await product(basis[j]!))
    if (w.length !== size)
      throw new Error(`arnoldi: expected a product of ${size} numbers, got one of ${w.length}`)
    const before = norm(w)
    if (!Number.isFinite(before))
      throw new Error('arnoldi: a product is not finite; is the game differentiable there?')
    const column = new Float64Array(j + 2)
    for (let pass = 0; pass < 2; pass++)
      for (let i = 0; i <= j; i++) {
        const h = dot(basis[i]!, w)
        column[i]! += h
        subtract(w, h, basis[i]!)
      }
    const rest = norm(w)
    column[j + 1] = rest
    columns.push(column)
    const m = columns.length
    // The space is invariant: everything in it is exact.
    const closed = rest <= 1e-12 * before || before === 0
    if (closed || m === most || m % 10 === 0) {
      const values = ritz(columns, closed ? 0 : rest, wanted)
      const scale = Math.max(...values.map(v => modulus(v.value)), Number.MIN_VALUE)
      const best = values.slice(0, count)
      const converged = m >= Math.min(count, size) && best.every(v => v.residual <= tolerance * scale)
      if (closed || m === most || converged)
        return { wanted, values: best, converged: closed || m === size || converged, products: m }
    }
    basis.push(scaled(w, 1 / rest))
  }
}

/** Eigenvalues of the square part of a Hessenberg matrix, outermost first; a residual is |last entry of the eigenvector| * rest. */
function ritz(columns: readonly Vector[], rest: number, wanted: Wanted): RitzValue[] {
  const m = columns.length
  const matrix = Array.from({ length: m }, (_, i) => columns.map(column => column[i] ?? 0))
  const last = ({ vector }: Eigenpair) => Math.hypot(vector.re[m - 1]!, vector.im[m - 1]!)
  return eigenpairs(matrix)
    .map(pair => ({ value: pair.value, residual: rest * last(pair) }))
    .sort((a, b) => reach[wanted](b.value) - reach[wanted](a.value))
}

const scaled = (x: Vector, by: number): Vector => x.map(v => v * by)

function subtract(x: Vector, h: number, from: Vector): void {
  for (let i = 0; i < x.length; i++) x[i]! -= h * from[i]!
}
