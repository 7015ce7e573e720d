import { type Key, permuted } from '@equilibria/core'
import { argMax, matMul, sub, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'

/** Rows one after the other. */
export interface Rows {
  readonly data: Float32Array
  /** [n, d] */
  readonly shape: readonly [n: number, d: number]
}

/** How centres are sought. */
export interface KMeansOptions {
  readonly k: number
  /** Rounds of assigning and averaging. */
  readonly rounds: number
  readonly key: Key
  /** Rows assigned at once. */
  readonly batch?: number
  /** Told after each round: the mean squared distance of rows to their centres before it moved them. */
  readonly progress?: (round: number, distance: number) => void
}

/**
 * Centres [k, d] by Lloyd's algorithm, from k rows of the data chosen by `key`; a centre without rows stays where it is. Nearest centres come from a
 * matrix product. Throws on fewer rows than centres.
 */
export async function kMeans(
  { data, shape: [n, d] }: Rows,
  { k, rounds, key, batch = 500, progress }: KMeansOptions,
): Promise<Rows> {
  if (!(Number.isInteger(k) && k >= 1 && k <= n))
    throw new Error(`kMeans: expected 1 to ${n} centres for ${n} rows, got ${k}`)
  const centres = new Float32Array(k * d)
  for (let c = 0; c < k; c++) centres.set(row(data, permuted(key, n, c), d), c * d)
  for (let round = 1; round <= rounds; round++) {
    const sums = new Float64Array(k * d)
    const counts = new Uint32Array(k)
    // The nearest centre c of x is that with the largest x.c - |c|^2 / 2.
    const halves = tensor1d(Float32Array.from({ length: k }, (_, c) => squared(row(centres, c, d)) / 2))
    const points = tensor2d(centres, [k, d])
    let distance = 0
    for (let first = 0; first < n; first += batch) {
      const rows = Math.min(batch, n - first)
      const nearest = tidy(() =>
        argMax(
          sub(
            matMul(tensor2d(data.subarray(first * d, (first + rows) * d), [rows, d]), points, false, true),
            halves,
          ),
          1,
        ),
      )
      const found = await nearest.data<'int32'>()
      nearest.dispose()
      for (let i = 0; i < rows; i++) {
        const c = found[i]!
        counts[c]!++
        for (let j = 0; j < d; j++) {
          const value = data[(first + i) * d + j]!
          sums[c * d + j]! += value
          distance += (value - centres[c * d + j]!) ** 2
        }
      }
    }
    halves.dispose()
    points.dispose()
    for (let c = 0; c < k; c++)
      if (counts[c]! > 0) for (let j = 0; j < d; j++) centres[c * d + j] = sums[c * d + j]! / counts[c]!
    progress?.(round, distance / n)
  }
  return { data: centres, shape: [k, d] }
}

const row = (data: Float32Array, i: number, d: number) => data.subarray(i * d, (i + 1) * d)
const squared = (x: Float32Array) => x.reduce((sum, v) => sum + v * v, 0)
