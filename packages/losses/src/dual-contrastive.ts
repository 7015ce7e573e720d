import type { Loss } from '@equilibria/core'
import { add, logSumExp, mean, neg, type Scalar, softplus, sub, type Tensor } from '@tensorflow/tfjs-core'

/** Options of `dualContrastive`. */
export interface DualContrastiveOptions {
  /** `saddle`: minus the critic's cost, as in the paper. `alternative`: the critic's cost with data and fakes exchanged. */
  generator?: 'saddle' | 'alternative'
}

// -E log( e^a / (e^a + sum of e^b over the batch) )
const against = (a: Tensor, b: Tensor): Scalar => mean(softplus(sub(logSumExp(b), a))) as Scalar

/**
 * The dual contrastive loss: the critic picks a real row out of a batch of fakes and a fake row out of a batch of data. It minimises
 * -E log(e^D(x) / (e^D(x) + sum e^D(G(z)))) - E log(e^-D(G(z)) / (e^-D(G(z)) + sum e^-D(x))), sums over the other batch; the generator
 * minimises minus that (zero-sum), or the same with data and fakes exchanged. In large batches the best critic nears log p - log q, up
 * to a constant.
 * real, fake: logits [n] and [m].
 * Source: Yu et al. 2021 (arXiv 2103.16748), section 3. Throws on an unknown generator.
 */
export function dualContrastive({ generator = 'saddle' }: DualContrastiveOptions = {}): Loss {
  if (generator !== 'saddle' && generator !== 'alternative')
    throw new Error(
      `dualContrastive: generator must be saddle or alternative, got ${JSON.stringify(generator)}`,
    )
  const critic = (real: Tensor, fake: Tensor) =>
    add(against(real, fake), against(neg(fake), neg(real))) as Scalar
  return {
    zeroSum: generator === 'saddle',
    symmetric: true,
    batchwise: true,
    critic,
    generator: (fake, real) =>
      generator === 'saddle' ? (neg(critic(real(), fake)) as Scalar) : critic(fake, real()),
  }
}
