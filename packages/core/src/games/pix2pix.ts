import { abs, concat, mean, mul, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { adversarial, expectSameRows } from './adversarial.ts'
import type { Batch, GanParts, GanPlayers, Pooling } from './gan.ts'

/** A batch for translating rows: `target` [n, ...] is what the rows of `data` become; row i of row i where they are pairs. */
export interface TranslationBatch extends Batch {
  readonly target: Tensor
}

/** What pix2pix is made of. */
export interface Pix2pixParts extends Omit<GanParts, 'latent'>, Pooling {
  /** Lambda, the weight of the L1 distance; 100 unless given. */
  readonly weight?: number
}

/** The target of a batch. Throws if it has none. */
export function targetOf(game: string, { target }: TranslationBatch): Tensor {
  if (target) return target
  throw new Error(
    `${game}: needs batches { data, target }, rows and what they are translated to; got no target`,
  )
}

/** Mean |x - y| over all numbers. */
export const meanDistance = (x: Tensor, y: Tensor): Scalar => mean(abs(sub(x, y)))

/**
 * pix2pix, for any loss: the generator translates rows of `data` to rows like `target`, and the critic, which sees both, tells
 * given pairs from translated ones. Pairs are joined along the last axis: the critic's rows are [..., channels of data + channels of
 * target]. The generator also minimises weight times the mean of |y - G(x)| over all numbers. It has no latent: what noise there is comes from
 * its dropout. What a `pool` holds is pairs. The critic may give a logit a row or a map of logits.
 * Statistics: those of `gan`, and `distance`.
 * Source: Isola et al. 2017 (arXiv 1611.07004), equations 1 to 4.
 * Throws on a weight < 0 and, at the first step, on batches without a target and translations of another shape.
 */
export function pix2pix({
  generator,
  critic,
  loss,
  weight = 100,
  criticTerms,
  generatorTerms,
  pool,
}: Pix2pixParts): Game<GanPlayers, TranslationBatch> {
  checkNumber('pix2pix: weight', weight)
  const show = (all: GanPlayers, turn: Turn<TranslationBatch>) => {
    const { data } = turn.batch
    const target = targetOf('pix2pix', turn.batch)
    const made = generator.apply(all.generator, data, trainingContext(turn, 'generator'))
    expectSameRows(
      made,
      target,
      (rows, wanted) =>
        `pix2pix: the generator makes rows of shape ${rows} but the target has ${wanted}: set the generator's shape to the target's`,
    )
    return { real: concat([data, target], -1), fake: concat([data, made], -1), made }
  }
  const play = adversarial({ critic, loss, show, pool })
  return {
    critic: play.critic({ terms: criticTerms }),
    generator: play.opponent('generator', generator, {
      terms: generatorTerms,
      plus: ({ made }, _, { batch }) => ({
        distance: mul(weight, meanDistance(batch.target, made)) as Scalar,
      }),
    }),
  }
}
