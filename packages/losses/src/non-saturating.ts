import type { Loss } from '@equilibria/core'
import { mean, neg, type Scalar, softplus } from '@tensorflow/tfjs-core'
import { crossEntropy, type LabelOptions } from './cross-entropy.ts'

/**
 * The non-saturating loss: the critic's cost is that of `minimax`, the generator minimises -E log D(G(z)). Not zero-sum. Its
 * gradient on a fake logit is -(1 - D): largest where the critic is sure of itself. `realLabel` smooths the label of data (see
 * `crossEntropy`).
 * real, fake: logits [n]. Source: Goodfellow et al. 2014, section 3; Goodfellow 2016 (NIPS tutorial), section 3.2.3.
 * Throws on labels that cannot be.
 */
export const nonSaturating = (labels?: LabelOptions): Loss => ({
  ...crossEntropy('nonSaturating', labels),
  generator: fake => mean(softplus(neg(fake))) as Scalar,
})
