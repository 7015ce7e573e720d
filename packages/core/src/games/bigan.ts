import { concat, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectStill } from '../latent.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial } from './adversarial.ts'
import { encoded } from './encoded.ts'
import { type Batch, type GanParts, type GanPlayers, generated } from './gan.ts'
import type { Regularizers } from './scene.ts'

/** The players of BiGAN and ALI. */
export type BiganPlayers = GanPlayers & { readonly encoder: Params }

/** What BiGAN is made of. */
export interface BiganParts extends GanParts {
  /** Rows -> codes [n, dimensions] of the latents, or [n, 2 dimensions], means and log-variances. */
  readonly encoder: Network
  /** Regularizers added to the encoder's cost. */
  readonly encoderTerms?: Regularizers
}

/** Rows and their codes as one row: [n, numbers of a row + dimensions]. */
export const pairRows = (rows: Tensor, codes: Tensor): Tensor =>
  concat([reshape(rows, [rows.shape[0]!, -1]), codes], 1)

/**
 * BiGAN, for any loss of logits that is symmetric (`Loss.symmetric`): the critic tells pairs of a data row and its code by the encoder from pairs of a generated row and its
 * latent; generator and encoder, two players, make their pairs look like the other's. At the optimum encoder and generator are
 * inverse to each other. The critic sees pairs as rows [n, numbers of a row + dimensions]: `mlp.critic` of that shape, or `joint`.
 * With an encoder that gives means and log-variances it is ALI: codes are drawn.
 * The encoder's cost is the generator's with roles exchanged and logits negated: for V, minus the critic's cost on real pairs. Of a loss
 * that is not symmetric (least squares with a other than -b, smoothed labels, most f-GANs) this would be another game: it is refused.
 * Statistics: those of `gan`; the encoder has `real`.
 * Source: Donahue et al. 2017 (BiGAN, arXiv 1605.09782), equation 2; Dumoulin et al. 2017 (ALI, arXiv 1606.00704), equation 1.
 * Throws on losses of energies or vectors or that are not symmetric, latents that are moved (`optimised`) and, at the first step, on codes of another size than the latents.
 */
export function bigan({
  generator,
  critic,
  encoder,
  latent,
  loss,
  criticTerms,
  generatorTerms,
  encoderTerms,
}: BiganParts): Game<BiganPlayers, Batch> {
  if (loss?.outputs !== undefined && loss.outputs !== 'logits')
    throw new Error(`bigan: the encoder's cost needs a loss of logits, got one of ${loss.outputs}`)
  expectStill('bigan', latent, 'its critic judges rows together with the latents they came from')
  const show = (all: BiganPlayers, turn: Turn<Batch>) => {
    const { data } = turn.batch
    const { fake, latents } = generated(generator, latent, all.generator, turn)
    const outputs = encoder.apply(all.encoder, data, trainingContext(turn, 'encoder'))
    const { code } = encoded('bigan', outputs, latent.dimensions, fold(turn.key, 'code'))
    return { real: pairRows(data, code), fake: pairRows(fake, latents) }
  }
  const play = adversarial({ critic, loss, show })
  return {
    critic: play.critic({ terms: criticTerms }),
    generator: play.opponent('generator', generator, { terms: generatorTerms }),
    encoder: play.opponent('encoder', encoder, { terms: encoderTerms }, 'real'),
  }
}
