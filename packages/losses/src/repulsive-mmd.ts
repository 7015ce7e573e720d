import type { Loss } from '@equilibria/core'
import { sub } from '@tensorflow/tfjs-core'
import { discrepancyLoss, type EstimateOptions, within } from './discrepancy.ts'
import { type KernelOptions, kernelMixture } from './kernels.ts'
import { asVectors } from './vectors.ts'

/**
 * The repulsive loss of MMD GANs: the critic minimises E k(x, x') - E k(y, y') between its outputs x for data and y for fakes, so it
 * pushes data apart, to learn what tells them from each other, and draws fakes together; the generator minimises MMD^2. Not zero-sum.
 * The paper's kernel is one Gaussian of width 1, the default here; its bounds on distances are left out.
 * real, fake: vectors [n, d] and [m, d], or numbers [n] and [m].
 * Source: Wang et al. 2019 (arXiv 1812.09916), section 3. Throws on an unknown kernel and on scales that are not positive; when
 * played unbiased on fewer than two rows.
 */
export function repulsiveMmd({
  kernel = 'gaussian',
  scales = kernel === 'gaussian' ? [1] : undefined,
  unbiased = true,
}: KernelOptions & EstimateOptions = {}): Loss {
  const mixture = kernelMixture('repulsiveMmd', { kernel, ...(scales && { scales }) })
  const { zeroSum: _, ...attractive } = discrepancyLoss('repulsiveMmd', mixture, unbiased)
  const among = (outputs: Parameters<Loss['critic']>[0]) =>
    within('repulsiveMmd', mixture, asVectors('repulsiveMmd', outputs), unbiased)
  return { ...attractive, critic: (real, fake) => sub(among(real), among(fake)) }
}
