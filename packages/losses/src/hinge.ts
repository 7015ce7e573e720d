import type { Loss } from '@equilibria/core'
import { add, mean, neg, relu, type Scalar, sub } from '@tensorflow/tfjs-core'

/**
 * The hinge loss: the critic minimises E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), the generator -E D(G(z)). The critic gains
 * nothing from pushing rows past the margin of 1. Not zero-sum: past the margin the generator still has a gradient. The best
 * critic is sign(p - q).
 * real, fake: critic outputs [n]. Source: Lim and Ye 2017 (arXiv 1705.02894), section 3; Miyato et al. 2018
 * (arXiv 1802.05957), section 4.
 */
export const hinge = (): Loss => ({
  symmetric: true,
  optimal: (p, q) => Math.sign(p - q),
  // relu and not maximum: its second derivative is right (zero) on both sides of the kink.
  critic: (real, fake) => add(mean(relu(sub(1, real))), mean(relu(add(1, fake)))),
  generator: fake => neg(mean(fake)) as Scalar,
})
