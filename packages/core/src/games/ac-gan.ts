import { add, mul, reshape, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import type { Game, Turn } from '../game.ts'
import { adversarial } from './adversarial.ts'
import { columns, crossEntropy, expectClasses, expectColumns, labelsOf } from './classes.ts'
import { type Batch, type GanParts, type GanPlayers, generated, type Judge } from './gan.ts'

/** What an auxiliary-classifier GAN is made of. */
export interface AcGanParts extends GanParts {
  /** Number of classes of the data. */
  readonly classes: number
  /** Weight of the classification costs; 1 unless given. */
  readonly weight?: number
}

/**
 * The auxiliary-classifier GAN, for any loss: a class-conditional generator, and a critic that gives [n, 1 + classes], the logit of being real
 * and logits of the classes. Both players also minimise the cross-entropy of the class: the critic on real and on generated rows,
 * the generator on generated ones. Generated rows have the labels of the batch, int32 [n].
 * Statistics: those of `gan`, and `classification`.
 * Source: Odena et al. 2017 (arXiv 1610.09585), section 3, equations 2 and 3.
 * Throws on fewer than 2 classes and, at the first step, on batches without labels and critics of other widths.
 */
export function acGan({
  generator,
  critic,
  latent,
  loss,
  classes,
  weight = 1,
  criticTerms,
  generatorTerms,
}: AcGanParts): Game<GanPlayers, Batch> {
  expectClasses('acGan', classes)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge) => {
    const labels = labelsOf('acGan', turn.batch.labels)
    return { real: turn.batch.data, labels, ...generated(generator, latent, all.generator, turn, judge) }
  }
  const logits = (outputs: Tensor) => {
    expectColumns('acGan', outputs, 1 + classes, 'a logit and logits of the classes')
    return reshape(columns(outputs, 0, 1), [-1])
  }
  const play = adversarial({ critic, loss, show, logits, offers: ['latents', 'generate'] })
  const wrong = (outputs: Tensor, labels: Tensor) => crossEntropy(columns(outputs, 1, classes), labels)
  return {
    critic: play.critic({
      terms: criticTerms,
      plus: ({ outputs, labels }) => ({
        classification: mul(
          weight,
          add(wrong(outputs.real(), labels), wrong(outputs.fake(), labels)),
        ) as Scalar,
      }),
    }),
    generator: play.opponent('generator', generator, {
      terms: generatorTerms,
      plus: ({ outputs, labels }) => ({
        classification: mul(weight, wrong(outputs.fake(), labels)) as Scalar,
      }),
    }),
  }
}
