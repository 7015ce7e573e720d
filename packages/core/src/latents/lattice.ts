import {
  add,
  concat,
  cos,
  log,
  maximum,
  mod,
  mul,
  sin,
  slice,
  sqrt,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { fold, type Key } from '../key.ts'
import { gaussianLatent, type Latent } from '../latent.ts'
import { uniform } from '../random.ts'

/** The positive root of x^(d + 1) = x + 1: the golden ratio and its kin in more dimensions. */
function goldenRatio(d: number): number {
  let x = 2
  for (let i = 0; i < 64; i++) x = (1 + x) ** (1 / (d + 1))
  return x
}

/** n points [n, d] in [0, 1)^d that keep apart in all axes at once: an even row in the first, steps by powers of 1 / goldenRatio in the others. */
function lattice(n: number, d: number): Tensor {
  const ratio = goldenRatio(d - 1)
  const at = (i: number, axis: number) => (axis === 0 ? (i + 0.5) / n : (i / ratio ** axis) % 1)
  return tensor2d(
    Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, axis) => at(i, axis))),
    [n, d],
  )
}

/** Below this, a number in [0, 1) counts as this much: the logarithm of 0 is none. */
const LEAST = 2 ** -24

/** Standard normal rows [n, dimensions], each by itself, that are spread evenly together. */
function spread(key: Key, n: number, dimensions: number): Tensor {
  const pairs = Math.ceil(dimensions / 2)
  const shift = uniform(fold(key, 'lattice'), [1, 2 * pairs], 0, 1)
  const points = mod(add(lattice(n, 2 * pairs), shift), 1)
  // Box and Muller: even axes are radii, odd ones angles.
  const half = (from: number) =>
    concat(
      Array.from({ length: pairs }, (_, i) => slice(points, [0, 2 * i + from], [n, 1])),
      1,
    )
  const radius = sqrt(mul(-2, log(maximum(half(0), LEAST))))
  const angle = mul(2 * Math.PI, half(1))
  return slice(concat([mul(radius, cos(angle)), mul(radius, sin(angle))], 1), [0, 0], [n, dimensions])
}

/**
 * Gaussian latents whose rows are spread evenly over a batch while training: a lattice, moved as a whole by a random shift that is new each time. Each
 * row by itself is distributed as one of `gaussianLatent`, so that costs have the same expectation, but means over a batch vary much less, in few
 * dimensions. Sampling draws rows independently; so does training with truncated ones.
 * Source: the random shift of Cranley and Patterson 1976 (SIAM J. Numer. Anal. 13); the lattice, Roberts 2018 ("The unreasonable effectiveness of
 * quasirandom sequences"); for gradients, Buchholz et al. 2018 (arXiv 1807.01604). Throws on dimensions that are no whole number >= 1.
 */
export const latticeLatent = (dimensions: number): Latent => ({
  ...gaussianLatent(dimensions),
  batch: (key, n) => spread(key, n, dimensions),
})
