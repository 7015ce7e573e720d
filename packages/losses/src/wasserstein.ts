import type { Loss } from '@equilibria/core'
import { mean, neg, type Scalar, sub } from '@tensorflow/tfjs-core'

/**
 * The Wasserstein loss: the critic minimises E D(G(z)) - E D(x), the generator -E D(G(z)). Zero-sum. Minus the critic's cost
 * estimates the Wasserstein-1 distance only while the critic is 1-Lipschitz: add `gradientPenalty`, or bound its weights.
 * real, fake: critic outputs [n]. Source: Arjovsky et al. 2017 (arXiv 1701.07875), eqs. 2 and 3, algorithm 1.
 */
export const wasserstein = (): Loss => ({
  zeroSum: true,
  critic: (real, fake) => sub(mean(fake), mean(real)),
  generator: fake => neg(mean(fake)) as Scalar,
})
