import type { Scalar, Tensor } from '@tensorflow/tfjs-core'

/**
 * An adversarial loss: the costs that critic and generator minimise, as functions of the critic's outputs.
 * `real` and `fake` are logits [n] (or whatever `Out` the critic gives). The generator's cost gets the critic's outputs for
 * real data as a function, so that they are computed only by losses that compare (relativistic ones).
 * Costs follow V of Goodfellow et al. 2014 without the factor 1/2 of the 2016 tutorial.
 */
export interface Loss<Out = Tensor> {
  critic(real: Out, fake: Out): Scalar
  generator(fake: Out, real: () => Out): Scalar
  /** Claims critic + generator is constant in both players' parameters up to sign: J(G) = -J(D). Checked by the contract suite. */
  readonly zeroSum?: boolean
  /** The range of logits in which both costs are finite in float32; absent: [-1e4, 1e4]. */
  readonly range?: readonly [low: number, high: number]
  /**
   * What the best of all critics says at a point where the data have density p and the generator density q, in double precision:
   * log p - log q for the logistic losses. Infinite where no finite logit is best. Absent where the best critic is not a function
   * of the two densities there (Wasserstein), or not known. Checked by the contract suite.
   */
  readonly optimal?: (p: number, q: number) => number
}
