import type { Loss } from '@equilibria/core'
import { discrepancyLoss, type EstimateOptions } from './discrepancy.ts'
import { type KernelOptions, kernelMixture } from './kernels.ts'

/**
 * The maximum mean discrepancy: the critic maximises MMD^2 = E k(x, x') + E k(y, y') - 2 E k(x, y) between its outputs x for data
 * and y for fakes, the generator minimises it. Zero-sum. k is a sum of rational quadratic or Gaussian kernels at several scales.
 * Penalties such as `gradientPenalty` act on the witness E k(., x) - E k(., y), as in the paper.
 * real, fake: vectors [n, d] and [m, d], or numbers [n] and [m].
 * Source: Li et al. 2017 (MMD GAN, arXiv 1705.08584), section 3; Binkowski et al. 2018 (arXiv 1801.01401), section 2 (unbiased).
 * Throws on an unknown kernel and on scales that are not positive; when played unbiased on fewer than two rows.
 */
export const mmd = ({ unbiased = true, ...kernel }: KernelOptions & EstimateOptions = {}): Loss =>
  discrepancyLoss('mmd', kernelMixture('mmd', kernel), unbiased)
