import type { Loss } from '@equilibria/core'
import { exp, mean, neg, type Scalar } from '@tensorflow/tfjs-core'
import { minimax } from './minimax.ts'

/**
 * The maximum-likelihood loss: the critic's cost is that of `minimax`, the generator minimises -E exp(logit of G(z)). Its
 * gradient equals that of the likelihood only for an optimal critic; with that critic its value is -1 whatever the generator,
 * so it is no measure of progress. Few rows with high logits carry most of the gradient.
 * real, fake: logits [n]; e^80 still leaves room in float32 for the sum over a batch.
 * Source: Goodfellow 2014 (arXiv 1412.6515); Goodfellow 2016 (NIPS tutorial), section 3.2.4.
 */
export const maximumLikelihood = (): Loss => ({
  range: [-1e4, 80],
  critic: minimax().critic,
  optimal: minimax().optimal!,
  generator: fake => neg(mean(exp(fake))) as Scalar,
})
