import type { Loss } from '@equilibria/core'
import { mean, neg, type Scalar, softplus } from '@tensorflow/tfjs-core'
import { crossEntropy, type LabelOptions } from './cross-entropy.ts'

/**
 * The minimax loss: J(D) = -E log D(x) - E log(1 - D(G(z))), and the generator minimises its own term, E log(1 - D(G(z))).
 * Zero-sum. Its gradient on a fake logit is -D: it vanishes where the critic is sure of itself. The best critic is
 * D = p / (p + q), a logit of log p - log q. `realLabel` smooths the label of data (see `crossEntropy`).
 * real, fake: logits [n], D = sigmoid(logit). Source: Goodfellow et al. 2014 (arXiv 1406.2661), eq. 1 and proposition 1.
 * Throws on labels that cannot be.
 */
export const minimax = (labels?: LabelOptions): Loss => ({
  zeroSum: true,
  ...crossEntropy('minimax', labels),
  // log(1 - sigmoid(x)) = -softplus(x)
  generator: fake => neg(mean(softplus(fake))) as Scalar,
})
