import type { Loss } from '@equilibria/core'
import { concat, logSumExp, mean, sub } from '@tensorflow/tfjs-core'

/**
 * The loss of the softmax GAN: a softmax over the logits of both batches together. The critic wants all of it on data, each row alike, and
 * minimises -E D(x) + log Z, Z the sum of e^D over all rows; the generator wants it alike on all rows and minimises
 * -E D over all rows + log Z. Not zero-sum. The best critic is log p - log(p + q), up to a constant.
 * real, fake: logits [n] and [m], in batches of the same size for that best critic.
 * Source: Lin 2017 (arXiv 1704.06191), section 3; with logits D = -mu.
 */
export const softmaxGan = (): Loss => ({
  batchwise: true,
  optimal: (p, q) => Math.log(p) - Math.log(p + q),
  critic: (real, fake) => sub(logSumExp(concat([real, fake])), mean(real)),
  generator: (fake, real) => {
    const all = concat([real(), fake])
    return sub(logSumExp(all), mean(all))
  },
})
