import { concat, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { draw } from '../draws.ts'
import { fold, type Key } from '../key.ts'
import { expectLatent, type Latent } from '../latent.ts'
import { integers, uniform } from '../random.ts'

/** What of a latent is code. */
export interface Code {
  /** Sizes of the categorical codes, each uniform. */
  readonly categories: readonly number[]
  /** How many continuous codes, each uniform on (-1, 1). */
  readonly continuous: number
}

/** Latents whose last columns are a code: one-hot columns of each categorical code, then continuous codes. */
export interface CodedLatent extends Latent {
  readonly code: Code
}

/** What `codedLatent` is made of. */
export interface CodedLatentOptions extends Partial<Code> {
  /** What comes before the code. */
  readonly noise: Latent
}

/** How many columns of a latent are code. */
export const codeColumns = ({ categories, continuous }: Code): number =>
  categories.reduce((sum, size) => sum + size, continuous)

/**
 * Latents [n, dimensions] of noise and a code, for InfoGAN. Source: Chen et al. 2016 (arXiv 1606.03657), section 4.
 * Throws on categories of fewer than 2 values, if there is no code, and on noise that is moved (`optimised`).
 */
export function codedLatent({ noise, categories = [], continuous = 0 }: CodedLatentOptions): CodedLatent {
  expectLatent('codedLatent', noise)
  if (!categories.every(size => Number.isInteger(size) && size >= 2))
    throw new Error(
      `codedLatent: expected sizes of categorical codes, whole numbers >= 2, got [${categories}]`,
    )
  if (!(Number.isInteger(continuous) && continuous >= 0))
    throw new Error(`codedLatent: expected a whole number >= 0 of continuous codes, got ${continuous}`)
  if (noise.refine)
    throw new Error(
      'codedLatent: this noise is moved while training (optimised), but beside a code it stays as drawn: give the latents that optimised wraps',
    )
  const code = { categories, continuous }
  if (codeColumns(code) === 0)
    throw new Error('codedLatent: expected a code, such as categories: [10] or continuous: 2, got none')
  const beside = (drawn: Tensor, key: Key, n: number, first: number): Tensor =>
    concat(
      [
        drawn,
        ...categories.map((size, i) => oneHotRows(fold(fold(key, 'category'), i), n, size, first)),
        ...(continuous > 0
          ? [
              uniform(fold(key, 'continuous'), [n, continuous], -1, 1, {
                offset: first * continuous,
              }),
            ]
          : []),
      ],
      1,
    )
  const { batch } = noise
  return {
    dimensions: noise.dimensions + codeColumns(code),
    code,
    draw: (key, n, first = 0) => beside(noise.draw(fold(key, 'noise'), n, first), key, n, first),
    ...(batch && { batch: (key, n) => beside(batch(fold(key, 'noise'), n), key, n, 0) }),
  }
}

const oneHotRows = (key: Key, n: number, size: number, first: number): Tensor =>
  tensor2d(
    draw(key, k => {
      const rows = new Float32Array(n * size)
      for (const [i, chosen] of integers(k, n, size, first).entries()) rows[i * size + chosen] = 1
      return rows
    }),
    [n, size],
  )
