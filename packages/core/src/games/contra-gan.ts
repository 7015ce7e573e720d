import {
  add,
  cast,
  div,
  equal,
  exp,
  log,
  matMul,
  mean,
  mul,
  reshape,
  type Scalar,
  sub,
  sum,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { checkCount, checkNumber } from '../check.ts'
import type { Game, Turn } from '../game.ts'
import { expectRanked } from '../latent.ts'
import { adversarial } from './adversarial.ts'
import { columns, labelsOf, logitColumn } from './classes.ts'
import { type Batch, type GanParts, type GanPlayers, generated, type Judge } from './gan.ts'

/** What ContraGAN is made of. */
export interface ContraGanParts extends GanParts {
  /** Numbers of an embedding. */
  readonly dimensions: number
  /** Weight of the contrastive costs; 1 unless given. */
  readonly weight?: number
  /** The temperature similarities are divided by; 1 unless given. */
  readonly temperature?: number
}

/**
 * The conditional contrastive cost of rows' embeddings [n, d] and their classes' embeddings [n, d], all of length 1, for labels int32
 * [n]: the mean of -log of the share that the own class, as embedding and as the other rows of the class, has of exp(similarity / temperature)
 * to the own class and to all other rows. Source: Kang & Park 2020 (arXiv 2006.12681), section 3.
 */
export function conditionalContrast(
  rows: Tensor,
  classes: Tensor,
  labels: Tensor,
  temperature: number,
): Scalar {
  const n = rows.shape[0]!
  const own = exp(div(sum(mul(rows, classes), 1), temperature))
  const others = tensor2d(
    Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) === i % n ? 0 : 1)),
    [n, n],
  )
  const similar = mul(exp(div(matMul(rows, rows, false, true), temperature)), others)
  const alike = cast(equal(reshape(labels, [n, 1]), reshape(labels, [1, n])), 'float32')
  const share = sub(log(add(own, sum(mul(similar, alike), 1))), log(add(own, sum(similar, 1))))
  return mul(-1, mean(share)) as Scalar
}

/**
 * ContraGAN, for any loss: a class-conditional generator, and a critic that gives [n, 1 + 2 dimensions]: the logit, the row's embedding and that of
 * its class, both of length 1 (`contrastiveHead`). Besides the adversarial game the critic minimises weight times
 * `conditionalContrast` on real rows, the generator on generated ones, which have the labels of the batch, int32 [n]. Rows of a class attract each
 * other wherever they are: where classes lie far apart, a generator that starts with two of them exchanged may leave them so:
 * fading noise on what the critic sees and small batches help it out.
 * Statistics: those of `gan`, and `contrast`.
 * Source: Kang & Park 2020 (ContraGAN, arXiv 2006.12681), section 3.
 * Throws on a temperature that is not > 0, a weight < 0 and, at the first step, on batches without labels and critics of other widths.
 */
export function contraGan({
  generator,
  critic,
  latent,
  loss,
  dimensions,
  weight = 1,
  temperature = 1,
  criticTerms,
  generatorTerms,
}: ContraGanParts): Game<GanPlayers, Batch> {
  expectRanked('contraGan', latent, loss)
  checkNumber('contraGan: weight', weight)
  checkNumber('contraGan: temperature', temperature, { positive: true })
  checkCount('contraGan: dimensions', dimensions)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge) => {
    const labels = labelsOf('contraGan', turn.batch.labels)
    return { real: turn.batch.data, labels, ...generated(generator, latent, all.generator, turn, judge) }
  }
  const logits = (outputs: Tensor) =>
    logitColumn('contraGan', outputs, 1 + 2 * dimensions, 'a logit and the embeddings of row and class')
  const play = adversarial({ critic, loss, show, logits, offers: ['latents', 'generate'] })
  const contrast = (outputs: Tensor, labels: Tensor) => {
    const [row, ofClass] = [columns(outputs, 1, dimensions), columns(outputs, 1 + dimensions, dimensions)]
    return { contrast: mul(weight, conditionalContrast(row, ofClass, labels, temperature)) as Scalar }
  }
  return {
    critic: play.critic({
      terms: criticTerms,
      plus: ({ outputs, labels }) => contrast(outputs.real(), labels),
    }),
    generator: play.opponent('generator', generator, {
      terms: generatorTerms,
      plus: ({ outputs, labels }) => contrast(outputs.fake(), labels),
    }),
  }
}
