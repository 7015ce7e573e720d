import { type Features, rowsOf } from './metric.ts'

/** Count, mean and scatter of rows of `dimensions` numbers, in float64. */
export interface Moments {
  readonly count: number
  readonly mean: ArrayLike<number>
  /** Sum over rows of (x - mean)(x - mean)^T, row by row; covariance times (count - 1). */
  readonly scatter: ArrayLike<number>
}

/** The moments of no rows. Their dimensions are those of the first rows added. */
export const noMoments = (): Moments => ({ count: 0, mean: new Float64Array(), scatter: new Float64Array() })

/**
 * Moments with rows added one at a time, so that how they were cut into batches changes nothing, not even the last bit.
 * Source: Welford 1962. Costs dimensions^2 multiplications a row. Throws on rows of another length and on numbers that are
 * not finite.
 */
export function addMoments(moments: Moments, features: Features): Moments {
  const { rows, length } = rowsOf('moments', features)
  const fresh = moments.count === 0
  const mean = fresh ? new Float64Array(length) : Float64Array.from(moments.mean)
  const scatter = fresh ? new Float64Array(length * length) : Float64Array.from(moments.scatter)
  if (mean.length !== length)
    throw new Error(`moments: expected rows of ${mean.length} numbers like those before, got ${length}`)
  const delta = new Float64Array(length)
  let count = moments.count
  for (let row = 0; row < rows; row++) {
    count++
    for (let i = 0; i < length; i++) {
      const value = features.data[row * length + i]!
      if (!Number.isFinite(value)) throw new Error(`moments: number ${i} of row ${row} is ${value}`)
      delta[i] = value - mean[i]!
      mean[i]! += delta[i]! / count
    }
    const weight = (count - 1) / count
    for (let i = 0; i < length; i++) {
      const scaled = weight * delta[i]!
      // The upper half; the lower is its mirror image.
      if (scaled !== 0) for (let j = i; j < length; j++) scatter[i * length + j]! += scaled * delta[j]!
    }
  }
  return { count, mean, scatter: mirrored(scatter, length) }
}

/** The moments of two disjoint sets of rows together. Source: Chan, Golub and LeVeque 1983. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const d = a.mean.length
  if (b.mean.length !== d)
    throw new Error(`moments: cannot merge rows of ${d} and of ${b.mean.length} numbers`)
  const count = a.count + b.count
  const delta = Float64Array.from({ length: d }, (_, i) => b.mean[i]! - a.mean[i]!)
  const weight = (a.count * b.count) / count
  return {
    count,
    mean: delta.map((x, i) => a.mean[i]! + (x * b.count) / count),
    scatter: Float64Array.from(
      { length: d * d },
      (_, k) => a.scatter[k]! + b.scatter[k]! + weight * delta[Math.floor(k / d)]! * delta[k % d]!,
    ),
  }
}

const mirrored = (upper: Float64Array, d: number): Float64Array => {
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) upper[i * d + j] = upper[j * d + i]!
  return upper
}
