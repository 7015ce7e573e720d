import type { Loss } from '@equilibria/core'
import { add, mean, mul, neg, type Scalar, softplus } from '@tensorflow/tfjs-core'

/** The labels that a classifying critic is given: one-sided label smoothing. */
export interface LabelOptions {
  /** The label of data, in (0, 1]: .9 keeps the critic from being sure of itself. */
  realLabel?: number
  /** The label of fakes. It is 0: smoothing fakes too is refused, with the reason. */
  fakeLabel?: number
}

/**
 * The critic of the logistic losses: a classifier's cross-entropy. With label a of data,
 * J(D) = -a E log D(x) - (1 - a) E log(1 - D(x)) - E log(1 - D(G(z))); its best logit is log(a p) - log((1 - a) p + q), D = a p / (p + q).
 * real, fake: logits [n], D = sigmoid(logit).
 * Source: Goodfellow et al. 2014 (arXiv 1406.2661), eq. 1 and proposition 1; one-sided label smoothing: Salimans et al. 2016
 * (arXiv 1606.03498), section 3.4. `loss` begins the messages of errors: on a label of data outside (0, 1], and on any label of fakes but 0.
 */
export function crossEntropy(
  loss: string,
  { realLabel = 1, fakeLabel = 0 }: LabelOptions = {},
): Required<Pick<Loss, 'critic' | 'optimal' | 'symmetric'>> {
  if (fakeLabel !== 0)
    throw new Error(
      `${loss}: the label of fakes must be 0, got ${fakeLabel}. With labels a of data and b of fakes the best critic is (a p + b q) / (p + q): where b > 0 and the data are rare, it rewards the generator for the rows that it makes there already. Smooth one side only: leave fakeLabel out and keep realLabel, such as .9`,
    )
  if (!(realLabel > 0 && realLabel <= 1))
    throw new Error(`${loss}: the label of data must lie in (0, 1], got ${realLabel}; .9 is usual`)
  const doubt = 1 - realLabel
  return {
    symmetric: doubt === 0,
    optimal: (p, q) => Math.log(realLabel * p) - Math.log(doubt * p + q),
    critic: (real, fake) => {
      const sure = add(mean(softplus(neg(real))), mean(softplus(fake))) as Scalar
      // -a log D - (1 - a) log(1 - D) = softplus(-logit) + (1 - a) logit
      return doubt === 0 ? sure : add(sure, mul(doubt, mean(real)))
    },
  }
}
