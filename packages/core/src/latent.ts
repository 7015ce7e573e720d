import type { Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from './check.ts'
import type { Key } from './key.ts'
import type { Loss } from './loss.ts'
import { normal, truncatedNormal, uniform } from './random.ts'

/** The distribution of a generator's input. Row i of `draw(key, n)` depends on key and i alone. */
export interface Latent {
  readonly dimensions: number
  /** `n` rows [n, dimensions], those numbered `first .. first + n - 1` of the key's stream. */
  draw(key: Key, n: number, first?: number): Tensor
  /**
   * `n` rows [n, dimensions] as a batch of training has them, where its rows are not independent of each other; each by itself is distributed
   * as those of `draw`. Absent: training draws as everyone does (`latticeLatent`).
   */
  batch?(key: Key, n: number): Tensor
  /** The same distribution given that no number is larger than `threshold` in size; absent where none is known (`truncated`). */
  truncated?(threshold: number): Latent
  /**
   * While training, moves latents `z` [n, dimensions] before rows are generated from them; `judge(z)` is what the critic says of
   * those rows, [n]. Pure and differentiable in everything that `judge` depends on. Absent: they stay (`optimised`).
   */
  refine?(z: Tensor, judge: (z: Tensor) => Tensor, key: Key): Tensor
}

/** `n` latents [n, dimensions] for a batch of training, or for statistics of such batches. */
export const trainingBatch = (latent: Latent, key: Key, n: number): Tensor =>
  latent.batch?.(key, n) ?? latent.draw(key, n)

/** Throws unless latents are some. */
export function expectLatent(who: string, latent: Latent): void {
  if (typeof latent?.draw === 'function' && latent.dimensions >= 1) return
  throw new Error(
    `${who}: needs latents { dimensions, draw(key, n) }, such as gaussianLatent(64), got ${latent === undefined ? 'none' : typeof latent}`,
  )
}

/** Throws unless latents are some that stay as they are drawn; `why` says what would be moved. */
export function expectStill(game: string, latent: Latent, why: string): void {
  expectLatent(game, latent)
  if (latent.refine)
    throw new Error(
      `${game}: these latents are moved while training (optimised), but ${why}: give the latents that optimised wraps`,
    )
}

/**
 * Throws where latents are moved towards what the critic takes for real, and what it says are vectors, which do not say what that is.
 */
export function expectRanked(game: string, latent: Latent, loss: Loss): void {
  expectLatent(game, latent)
  if (latent.refine && loss?.outputs === 'vectors')
    throw new Error(
      `${game}: these latents are moved towards what the critic takes for real (optimised), but this loss takes vectors, which say it of no row: give the latents that optimised wraps, or a loss of logits`,
    )
}

const checked = (dimensions: number) => {
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw new Error(`latent: expected a positive whole number of dimensions, got ${dimensions}`)
  return dimensions
}

/** Standard normal latents [n, dimensions]. */
export const gaussianLatent = (dimensions: number): Latent => ({
  dimensions: checked(dimensions),
  draw: (key, n, first = 0) => normal(key, [n, dimensions], 0, 1, { offset: first * dimensions }),
  truncated: threshold => truncatedGaussian(dimensions, threshold),
})

const truncatedGaussian = (dimensions: number, threshold: number): Latent => ({
  dimensions,
  draw: (key, n, first = 0) =>
    truncatedNormal(key, [n, dimensions], threshold, { offset: first * dimensions }),
  truncated: further => truncatedGaussian(dimensions, Math.min(further, threshold)),
})

/** Latents uniform on (-bound, bound)^dimensions; the default bound sqrt(3) gives unit variance (Goodfellow et al. 2014, released code). */
export const uniformLatent = (dimensions: number, bound = Math.sqrt(3)): Latent => {
  checkNumber('uniformLatent: bound', bound, { positive: true })
  return {
    dimensions: checked(dimensions),
    draw: (key, n, first = 0) => uniform(key, [n, dimensions], -bound, bound, { offset: first * dimensions }),
    truncated: threshold => uniformLatent(dimensions, Math.min(bound, threshold)),
  }
}
