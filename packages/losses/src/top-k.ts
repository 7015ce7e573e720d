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
  tile,
  topk,
} from '@tensorflow/tfjs-core'

/** Copies of all rows, where how many of the fakes count changes from step to step. */
const COPIES = 32

/** How many of n fakes count. */
const bestOf = (share: number, n: number) => Math.min(n, Math.max(1, Math.round(share * n)))

/** The fewest copies of n rows that k rows fill evenly. */
const evenly = (k: number, n: number) => {
  let copies = 1
  while ((copies * n) % k !== 0) copies++
  return copies
}

/** Options of `topK`. */
export interface TopKOptions {
  /** The loss whose generator sees the best fakes only. */
  loss: Loss
  /** The share of fakes that it sees, in (0, 1], or a schedule of it over steps: the paper lowers it from 1 to .5. */
  share?: Schedule
}

/**
 * Top-k training: the generator's cost looks only at the share of fakes that the critic finds most real (with energies: of the
 * lowest); the critic's is that of `loss`. For n fakes k = round(share n), at least 1. What `loss` sees are as many copies of all k as of
 * the n real rows, so that losses of pairs have pairs, and so few that both come out even: the cost is that of the k alone. While k falls with a
 * schedule, shapes may not, and there are 32 copies of the real rows: the k best then weigh alike within a part in 32.
 * real, fake: logits or energies [n], as `loss` takes them.
 * Source: Sinha et al. 2020 (arXiv 2002.06224), section 3. Throws on a share outside (0, 1], on losses of vectors and, when played, on maps of logits.
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
  const copiesOf = (n: number) => (typeof share === 'number' ? evenly(bestOf(share, n), n) : COPIES)
  const best = (fake: Tensor, step: Scalar) => {
    const n = fake.shape[0]!
    if (fake.rank !== 1)
      throw new Error(
        `topK: ranks fakes by one number a row, but the critic gives [${fake.shape}]: let it end in a single number, [${n}]`,
      )
    const ranking = topk(sign(fake), n).indices
    const rows = copiesOf(n) * n
    const k: Tensor | number =
      typeof share === 'number' ? bestOf(share, n) : clipByValue(round(mul(n, at(share, step))), 1, n)
    // Row i gets the fake of rank floor((i + 1/2) k / rows); a little less, so that rounding cannot turn whole numbers up.
    const ranks = floor(mul(add(range(0, rows, 1, 'float32'), 0.5), mul(k, (1 - 1e-6) / rows)))
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
      const copies = copiesOf(fake.shape[0]!)
      const others = copies === 1 ? real : () => tile(real(), [copies])
      return loss.generator(best(fake, context?.clock.step ?? scalar(0)), others, context)
    },
  }
}
