import { at, type Loss, type Schedule } from '@equilibria/core'
import {
  add,
  cast,
  clipByValue,
  floor,
  gather,
  mul,
  neg,
  range,
  round,
  type Scalar,
  scalar,
  type Tensor,
  topk,
} from '@tensorflow/tfjs-core'

/** Options of `topK`. */
export interface TopKOptions {
  /** The loss whose generator sees the best fakes only. */
  loss: Loss
  /** The share of fakes that it sees, in (0, 1], or a schedule of it over steps: the paper lowers it from 1 to .5. */
  share?: Schedule
}

/**
 * Top-k training: the generator's cost looks only at the share of fakes that the critic finds most real (with energies: of the
 * lowest); the critic's is that of `loss`. For n fakes k = round(share n), at least 1. Each of the k best takes the places of n/k
 * rows (where k does not divide n some take one more than others), so that shapes stay as they are while k falls.
 * real, fake: logits or energies [n], as `loss` takes them.
 * Source: Sinha et al. 2020 (arXiv 2002.06224), section 3. Throws on a share outside (0, 1] and on losses of vectors.
 */
export function topK({ loss, share = 0.5 }: TopKOptions): Loss {
  if (typeof loss?.generator !== 'function')
    throw new Error(`topK: needs a loss, such as topK({ loss: nonSaturating() }), got ${typeof loss}`)
  if (typeof share === 'number' && !(share > 0 && share <= 1))
    throw new Error(`topK: share must lie in (0, 1], got ${share}; .5 looks at the better half of the fakes`)
  if (loss.outputs === 'vectors')
    throw new Error(
      'topK: fakes are ranked by what the critic says of them, but this loss takes vectors, which have no order',
    )
  const sign = loss.outputs === 'energies' ? neg : (x: Tensor) => x
  const best = (fake: Tensor, step: Scalar) => {
    const n = fake.shape[0]!
    const ranking = topk(sign(fake), n).indices
    const k = clipByValue(round(mul(n, at(share, step))), 1, n)
    // Row i of n gets the fake of rank floor((i + 1/2) k / n); a little less, so that rounding cannot turn whole numbers up.
    const ranks = floor(mul(add(range(0, n, 1, 'float32'), 0.5), mul(k, (1 - 1e-6) / n)))
    return gather(fake, gather(ranking, cast(ranks, 'int32')))
  }
  return {
    ...loss,
    zeroSum: share === 1 && (loss.zeroSum ?? false),
    batchwise: true,
    generator: (fake, real, context) => {
      if (!context && typeof share !== 'number')
        throw new Error(
          'topK: its share changes with the step, but no context says which; play it in a game made by gan',
        )
      return loss.generator(best(fake, context?.clock.step ?? scalar(0)), real, context)
    },
  }
}
