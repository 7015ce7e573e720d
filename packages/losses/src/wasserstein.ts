import type { Loss } from '@equilibria/core'
import { mean, neg, type Scalar, sub } from '@tensorflow/tfjs-core'

/** Options of losses that mean nothing unless the critic's slope is bounded. */
export interface BoundOptions {
  /** Play it with a critic that nothing bounds, to see what happens; otherwise that is an error. */
  unbounded?: boolean
}

/**
 * The Wasserstein loss: the critic minimises E D(G(z)) - E D(x), the generator -E D(G(z)). Zero-sum. Minus the critic's cost
 * estimates the Wasserstein-1 distance only while the critic is 1-Lipschitz: add `gradientPenalty`, use spectral norm, or clip
 * its weights. A game in which nothing bounds the critic is refused unless `unbounded`. The best critic is no function of the densities
 * at a point.
 * real, fake: critic outputs [n]. Source: Arjovsky et al. 2017 (arXiv 1701.07875), eqs. 2 and 3, algorithm 1.
 */
export const wasserstein = ({ unbounded = false }: BoundOptions = {}): Loss => ({
  zeroSum: true,
  symmetric: true,
  needsLipschitz: !unbounded,
  critic: (real, fake) => sub(mean(fake), mean(real)),
  generator: fake => neg(mean(fake)) as Scalar,
})
