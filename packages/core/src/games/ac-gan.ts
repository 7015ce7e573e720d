import { add, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import type { Game, Turn } from '../game.ts'
import { expectRanked } from '../latent.ts'
import { adversarial } from './adversarial.ts'
import { columns, crossEntropy, expectClasses, labelsOf, logitColumn } from './classes.ts'
import { type Batch, type GanParts, type GanPlayers, generated, type Judge } from './gan.ts'

/** What games are made of whose critic also classifies. */
export interface ClassifyingParts extends GanParts {
  /** Number of classes of the data. */
  readonly classes: number
  /** Weight of the classification costs; 1 unless given. */
  readonly weight?: number
}

/** What an auxiliary-classifier GAN is made of. */
export interface AcGanParts extends ClassifyingParts {
  /** Whether the critic is taught the class of generated rows too; true, as in the paper, unless given. */
  readonly classifyFakes?: boolean
}

/**
 * The auxiliary-classifier GAN, for any loss: a class-conditional generator, and a critic that gives [n, 1 + classes], the logit of being real
 * and logits of the classes. Both players also minimise the cross-entropy of the class: the critic on real and on generated rows,
 * the generator on generated ones. Generated rows have the labels of the batch, int32 [n]. A critic that is taught what
 * class misplaced rows should have says so, which leaves them where they are: with `classifyFakes: false` it learns classes from data alone.
 * Statistics: those of `gan`, and `classification`.
 * Source: Odena et al. 2017 (arXiv 1610.09585), section 3, equations 2 and 3.
 * Throws on fewer than 2 classes, a weight < 0 and, at the first step, on batches without labels and critics of other widths.
 */
export function acGan({
  generator,
  critic,
  latent,
  loss,
  classes,
  weight = 1,
  classifyFakes = true,
  criticTerms,
  generatorTerms,
}: AcGanParts): Game<GanPlayers, Batch> {
  expectClasses('acGan', classes)
  expectRanked('acGan', latent, loss)
  checkNumber('acGan: weight', weight)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge) => {
    const labels = labelsOf('acGan', turn.batch.labels)
    return { real: turn.batch.data, labels, ...generated(generator, latent, all.generator, turn, judge) }
  }
  const logits = (outputs: Tensor) =>
    logitColumn('acGan', outputs, 1 + classes, 'a logit and logits of the classes')
  const play = adversarial({ critic, loss, show, logits, offers: ['latents', 'generate'] })
  const wrong = (outputs: Tensor, labels: Tensor) => crossEntropy(columns(outputs, 1, classes), labels)
  return {
    critic: play.critic({
      terms: criticTerms,
      plus: ({ outputs, labels }) => {
        const onReal = wrong(outputs.real(), labels)
        const all = classifyFakes ? add(onReal, wrong(outputs.fake(), labels)) : onReal
        return { classification: mul(weight, all) as Scalar }
      },
    }),
    generator: play.opponent('generator', generator, {
      terms: generatorTerms,
      plus: ({ outputs, labels }) => ({
        classification: mul(weight, wrong(outputs.fake(), labels)) as Scalar,
      }),
    }),
  }
}
