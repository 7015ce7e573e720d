/**
 * Makes columns orthogonal by plane rotations among them: A becomes A J with J orthogonal, so that the lengths of the new
 * columns are the singular values of A. One-sided Jacobi (Hestenes 1958), accurate to rounding; about 10 d^3 multiplications
 * for d columns of d numbers. Changes and returns `columns`.
 */
export function orthogonalised(columns: Float64Array[]): Float64Array[] {
  const largest = Math.max(...columns.map(column => dot(column, column)), Number.MIN_VALUE)
  for (let sweep = 0; sweep < 40; sweep++) {
    let rotated = false
    for (let p = 0; p < columns.length; p++)
      for (let q = p + 1; q < columns.length; q++) {
        const [x, y] = [columns[p]!, columns[q]!]
        const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)]
        // Orthogonal to rounding, or too small beside the largest to matter.
        if (Math.abs(xy) <= 1e-14 * Math.sqrt(xx * yy) || Math.abs(xy) <= 1e-30 * largest) continue
        rotated = true
        const zeta = (yy - xx) / (2 * xy)
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const cosine = 1 / Math.sqrt(1 + tangent * tangent)
        const sine = cosine * tangent
        for (let i = 0; i < x.length; i++) {
          const [a, b] = [x[i]!, y[i]!]
          x[i] = cosine * a - sine * b
          y[i] = sine * a + cosine * b
        }
      }
    if (!rotated) break
  }
  return columns
}

/** The lengths of columns. */
export const lengths = (columns: readonly Float64Array[]): number[] =>
  columns.map(column => Math.sqrt(dot(column, column)))

/**
 * Columns of a matrix L with L L^T = C, for a symmetric positive semidefinite C (d x d, row by row). With C = V S V^T,
 * orthogonalising the columns of C gives V S; dividing each by the root of its length gives L = V S^(1/2). Eigenvalues
 * below rounding of the largest count as 0, so that rank-deficient covariances are welcome.
 */
export function factor(c: ArrayLike<number>, d: number): Float64Array[] {
  const columns = orthogonalised(
    Array.from({ length: d }, (_, j) => Float64Array.from({ length: d }, (_, i) => c[i * d + j]!)),
  )
  const sizes = lengths(columns)
  const floor = Math.max(0, ...sizes) * d * 1e-16
  return columns.map((column, j) => column.map(v => (sizes[j]! > floor ? v / Math.sqrt(sizes[j]!) : 0)))
}

/** The inner product of two vectors of one length. */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}
