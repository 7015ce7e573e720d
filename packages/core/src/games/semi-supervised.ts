import { logSumExp, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import type { Game, Turn } from '../game.ts'
import { expectRanked } from '../latent.ts'
import type { ClassifyingParts } from './ac-gan.ts'
import { adversarial } from './adversarial.ts'
import { crossEntropy, expectClasses, expectColumns, labelsOf } from './classes.ts'
import { type Batch, type GanPlayers, generated, type Judge } from './gan.ts'

/**
 * Semi-supervised classification with K + 1 classes, the last being "generated": the critic gives logits [n, classes] of the K real ones, that of
 * the last is fixed at 0, so the logit of being real is log sum exp of the others. To any loss on it the critic adds `weight`
 * times the cross-entropy of the labelled real rows; labels are int32 [n], -1 for a row without one. The paper's generator
 * matches features: give it that term.
 * Statistics: those of `gan`, and `classification`.
 * Source: Salimans et al. 2016 (arXiv 1606.03498), section 5.
 * Throws on fewer than 2 classes, a weight < 0 and, at the first step, on batches without labels and critics of other widths.
 */
export function semiSupervised({
  generator,
  critic,
  latent,
  loss,
  classes,
  weight = 1,
  criticTerms,
  generatorTerms,
}: ClassifyingParts): Game<GanPlayers, Batch> {
  expectClasses('semiSupervised', classes)
  expectRanked('semiSupervised', latent, loss)
  checkNumber('semiSupervised: weight', weight)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge) => ({
    real: turn.batch.data,
    ...generated(generator, latent, all.generator, turn, judge),
  })
  const logits = (outputs: Tensor) => {
    expectColumns('semiSupervised', outputs, classes, 'logits of the classes')
    return logSumExp(outputs, 1)
  }
  const play = adversarial({ critic, loss, show, logits, offers: ['latents', 'generate'] })
  return {
    critic: play.critic({
      terms: criticTerms,
      plus: ({ outputs }, _, turn) => ({
        classification: mul(
          weight,
          crossEntropy(outputs.real(), labelsOf('semiSupervised', turn.batch.labels)),
        ) as Scalar,
      }),
    }),
    generator: play.opponent('generator', generator, { terms: generatorTerms }),
  }
}
