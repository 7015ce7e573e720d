import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Clock } from './clock.ts'
import type { Key } from './key.ts'
import type { Slot } from './slot.ts'
import type { Tree } from './tree.ts'

/**
 * What a critic says of its rows. `logits` [n]: high for data, any real number. `energies` [n]: low for data, none below 0 (an
 * autoencoder's error). `vectors` [n] or [n, d]: places in a space in which batches are compared.
 */
export type Outputs = 'logits' | 'energies' | 'vectors'

/** What a loss may look at besides the critic's outputs. */
export interface LossContext {
  readonly key: Key
  readonly clock: Clock
  /** What the loss's own slot holds. */
  readonly slot?: Tree | undefined
}

/**
 * An adversarial loss: the costs that critic and generator minimise, as functions of the critic's outputs.
 * `real` and `fake` are logits [n] (or what `outputs` says). The generator's cost gets the critic's outputs for
 * real data as a function, so that they are computed only by losses that compare (relativistic ones).
 * Costs follow V of Goodfellow et al. 2014 without the factor 1/2 of the 2016 tutorial.
 */
export interface Loss<Out = Tensor> {
  critic(real: Out, fake: Out, context?: LossContext): Scalar
  generator(fake: Out, real: () => Out, context?: LossContext): Scalar
  /**
   * Claims that through the fakes the players want opposite things: the gradients of both costs in the fake outputs are each other's
   * negative. The costs need not add up to a constant: where the generator pays its own term alone, the sum still holds what the critic
   * pays for data, which depends on the critic but is no matter of the generator's. (The verdict of the analysis package's `zeroSum` on
   * such a game is `strategic`.) Checked by the contract suite.
   */
  readonly zeroSum?: boolean
  /**
   * Data and fakes may change places: critic(real, fake) = critic(-fake, -real), so that the generator's cost on negated logits in
   * exchanged roles is that of a player who makes what is real (the encoder of `bigan`, which refuses losses that do not say so). Of
   * losses of logits. Checked by the contract suite.
   */
  readonly symmetric?: boolean
  /** The range of outputs in which both costs are finite in float32; absent: [-1e4, 1e4]. */
  readonly range?: readonly [low: number, high: number]
  /**
   * What the best of all critics says at a point where the data have density p and the generator density q, in double precision:
   * log p - log q for the logistic losses. Infinite where no finite logit is best. Absent where the best critic is not a function
   * of the two densities there (Wasserstein), or not known. Checked by the contract suite.
   */
  readonly optimal?: (p: number, q: number) => number
  /** What the critic must give; absent: logits. */
  readonly outputs?: Outputs
  /**
   * The costs are statistics of whole batches (MMD, contrastive losses): a batch shown twice may cost something else. Absent: they
   * are means over rows.
   */
  readonly batchwise?: boolean
  /**
   * Means anything only while the critic's slope is bounded: by a term of the critic (`gradientPenalty`), by its network (spectral
   * norm) or by its optimizer (clipped weights), each of which says so with `lipschitz`.
   */
  readonly needsLipschitz?: boolean
  /**
   * For losses of vectors: one number a row [n], high where data are likelier than fakes, as a function of outputs and of both
   * batches' outputs. It is what terms of the critic, such as `gradientPenalty`, see as the critic.
   */
  witness?(outputs: Out, real: Out, fake: Out): Tensor
  /** State that the costs need, such as a balance. It is `context.slot`, and sees the critic's outputs as `now.own`: { real, fake }. */
  readonly slot?: Slot
}
