import type { Loss } from '@equilibria/core'
import { exp, mean, neg, type Scalar } from '@tensorflow/tfjs-core'
import { crossEntropy, type LabelOptions } from './cross-entropy.ts'

/**
 * The maximum-likelihood loss: the critic's cost is that of `minimax`, the generator minimises -E exp(logit of G(z)). Its
 * gradient equals that of the likelihood only for an optimal critic; with that critic its value is -1 whatever the generator,
 * so it is no measure of progress. Few rows with high logits carry most of the gradient. `realLabel` smooths the label of data
 * (see `crossEntropy`).
 * real, fake: logits [n]; e^80 still leaves room in float32 for the sum over a batch.
 * Source: Goodfellow 2014 (arXiv 1412.6515); Goodfellow 2016 (NIPS tutorial), section 3.2.4. Throws on labels that cannot be.
 */
export const maximumLikelihood = (labels?: LabelOptions): Loss => ({
  range: [-1e4, 80],
  ...crossEntropy('maximumLikelihood', labels),
  generator: fake => neg(mean(exp(fake))) as Scalar,
})
