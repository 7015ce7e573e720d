import { dot, factor, lengths, orthogonalised } from './jacobi.ts'
import type { Metric } from './metric.ts'
import { addMoments, type Moments, mergeMoments, noMoments } from './moments.ts'

/**
 * The squared Fréchet distance of two normal distributions with these moments:
 *
 *     |m1 - m2|^2 + tr C1 + tr C2 - 2 tr (C1 C2)^(1/2)
 *
 * the formula of FID (Heusel et al. 2017, equation 6; Dowson and Landau 1982), covariances over count - 1. With C = L L^T
 * the last trace is the sum of the singular values of L1^T L2, which stays exact where a matrix square root does not (equal
 * or rank-deficient covariances). Throws on fewer than 2 rows and on differing dimensions.
 */
export function frechet(a: Moments, b: Moments): number {
  for (const { count } of [a, b])
    if (count < 2) throw new Error(`the Fréchet distance needs at least 2 rows on each side, got ${count}`)
  const d = a.mean.length
  if (b.mean.length !== d)
    throw new Error(`the Fréchet distance compares features of one length, got ${d} and ${b.mean.length}`)
  const factors = [a, b].map(({ scatter, count }) =>
    factor(
      Float64Array.from(scatter, v => v / (count - 1)),
      d,
    ),
  )
  const [first, second] = factors as [Float64Array[], Float64Array[]]
  const cross = second.map(y => Float64Array.from(first, x => dot(x, y)))
  const overlap = lengths(orthogonalised(cross)).reduce((sum, s) => sum + s, 0)
  const traces = [...first, ...second].reduce((sum, column) => sum + dot(column, column), 0)
  let means = 0
  for (let i = 0; i < d; i++) means += (a.mean[i]! - b.mean[i]!) ** 2
  return Math.max(0, means + traces - 2 * overlap)
}

/** What `frechetDistance` compares with, and under which name. */
export interface FrechetOptions {
  /** The moments of the reference's features: `addMoments`, or read from a file (plain arrays will do). */
  readonly reference: Moments
  /**
   * The name of the number. Only the distance over the published Inception network's features may be called FID: name others
   * after their features.
   */
  readonly name?: string
}

/**
 * The Fréchet distance of features to a reference. It falls with the number of rows (a bias that fades as 1/n): compare
 * numbers only if their row counts are equal. Features are flattened to [n, d]; time grows as d^3, a few hundred are fine.
 */
export const frechetDistance = ({ reference, name = 'frechet' }: FrechetOptions): Metric<Moments> => ({
  name,
  measures: {
    [name]: { better: 'lower', unit: 'squared distance of features' },
    samples: { better: 'neither', unit: 'samples' },
  },
  init: noMoments,
  update: addMoments,
  merge: mergeMoments,
  result: moments => ({ [name]: frechet(moments, reference), samples: moments.count }),
})
