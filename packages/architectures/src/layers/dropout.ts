import { bernoulli, type Network } from '@equilibria/core'
import { div, mul } from '@tensorflow/tfjs-core'

/**
 * Keeps each number with probability `keep` and then divides it by `keep`, so that the mean stays; the mask comes from the
 * context's key. In `sample` mode it does nothing. Source: Srivastava et al. 2014, section 10 (the scaled form).
 */
export function dropout(keep: number): Network {
  if (!(keep > 0 && keep <= 1))
    throw new Error(`dropout: expected a probability of keeping in (0, 1], got ${keep}; 1 keeps everything`)
  return {
    init: () => ({}),
    lipschitz: true,
    apply: (_, x, context) =>
      context.mode === 'sample' || keep === 1 ? x : mul(x, div(bernoulli(context.key, x.shape, keep), keep)),
  }
}
