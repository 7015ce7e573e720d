import { add, div, exp, log1p, mul, neg, sqrt, type Tensor } from '@tensorflow/tfjs-core'
import { squaredDistances } from './vectors.ts'

/** A kernel: how alike vectors are. */
export interface Kernel {
  /** k(a_i, b_j) [n, m] for vectors a [n, d], b [m, d]. */
  apply(a: Tensor, b: Tensor): Tensor
  /** k(a, a). */
  readonly self: number
}

/** A mixture that can be named: `rationalQuadratic` (1 + d^2 / 2a)^-a, `gaussian` e^(-d^2 / 2s^2); d is the distance. */
export type KernelName = 'rationalQuadratic' | 'gaussian'

/** How vectors are compared. */
export interface KernelOptions {
  /** The kernel whose sum over `scales` is taken. */
  kernel?: KernelName
  /** The a of rational quadratic kernels (.2, .5, 1, 2, 5 unless given), or the s of Gaussian ones (1, 2, 4, 8, 16). */
  scales?: readonly number[]
}

const mixtures: {
  readonly [K in KernelName]: {
    readonly scales: readonly number[]
    of(squared: Tensor, scale: number): Tensor
  }
} = {
  rationalQuadratic: {
    scales: [0.2, 0.5, 1, 2, 5],
    of: (squared, a) => exp(mul(-a, log1p(div(squared, 2 * a)))),
  },
  gaussian: { scales: [1, 2, 4, 8, 16], of: (squared, s) => exp(div(squared, -2 * s * s)) },
}

/**
 * A sum of kernels of one kind at several scales. Source: Binkowski et al. 2018 (arXiv 1801.01401), section 2 (rational
 * quadratic); Li et al. 2017 (MMD GAN, arXiv 1705.08584), section 5 (Gaussian). Throws on an unknown kernel, and unless scales are
 * positive numbers; `loss` begins the message.
 */
export function kernelMixture(
  loss: string,
  { kernel = 'rationalQuadratic', scales }: KernelOptions = {},
): Kernel {
  const mixture = mixtures[kernel]
  if (!mixture)
    throw new Error(
      `${loss}: kernel must be one of ${Object.keys(mixtures).join(', ')}, got ${JSON.stringify(kernel)}`,
    )
  const chosen = scales ?? mixture.scales
  if (!Array.isArray(chosen) || chosen.length === 0 || !chosen.every(s => s > 0 && Number.isFinite(s)))
    throw new Error(
      `${loss}: scales must be a list of positive numbers like [${mixture.scales}], got ${JSON.stringify(chosen)}`,
    )
  return {
    self: chosen.length,
    apply: (a, b) => {
      const squared = squaredDistances(a, b)
      return chosen.map(scale => mixture.of(squared, scale)).reduce((total, k) => add(total, k))
    },
  }
}

// The root's derivative is infinite at 0, where a row meets itself.
const EPSILON = 1e-12

/** |a_i - b_j| [n, m]: Euclidean distances, with derivatives also where vectors meet. */
export const distances = (a: Tensor, b: Tensor): Tensor => sqrt(add(squaredDistances(a, b), EPSILON))

/** -|a - b|: the kernel whose discrepancy is the energy distance. */
export const negativeDistance: Kernel = {
  self: -Math.sqrt(EPSILON),
  apply: (a, b) => neg(distances(a, b)),
}
