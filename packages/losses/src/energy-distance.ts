import type { Loss } from '@equilibria/core'
import { discrepancyLoss, type EstimateOptions } from './discrepancy.ts'
import { negativeDistance } from './kernels.ts'
import type { BoundOptions } from './wasserstein.ts'

/**
 * The energy distance: the critic maximises 2 E|x - y| - E|x - x'| - E|y - y'| between its outputs x for data and y for fakes,
 * the generator minimises it. Zero-sum. On numbers it is twice the squared Cramer distance, the integral of (F - G)^2 over
 * distribution functions. It grows with the scale of the outputs: bound the critic (`gradientPenalty` acts on the witness
 * E|. - y| - E|. - x|), or it is refused unless `unbounded`.
 * real, fake: vectors [n, d] and [m, d], or numbers [n] and [m].
 * Source: Szekely and Rizzo 2013; Bellemare et al. 2017 (arXiv 1705.10743), section 4.
 * Throws when played unbiased on fewer than two rows.
 */
export const energyDistance = ({
  unbiased = true,
  unbounded = false,
}: EstimateOptions & BoundOptions = {}): Loss => ({
  ...discrepancyLoss('energyDistance', negativeDistance, unbiased),
  needsLipschitz: !unbounded,
})
