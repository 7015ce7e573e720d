import { mean, mul, reshape, type Scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectStill, type Latent, trainingBatch } from '../latent.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial, expectSameRows } from './adversarial.ts'
import { encoded } from './encoded.ts'
import type { Batch } from './gan.ts'
import type { Regularizers } from './scene.ts'

/** The players of the adversarial autoencoder. */
export type AutoencoderPlayers = {
  readonly critic: Params
  readonly encoder: Params
  readonly decoder: Params
}

/** What an adversarial autoencoder is made of. */
export interface AutoencoderParts {
  /** Rows -> codes [n, dimensions], or [n, 2 dimensions], means and log-variances. */
  readonly encoder: Network
  /** Codes [n, dimensions] -> rows. */
  readonly decoder: Network
  /** Latents [n, dimensions] -> logits [n]. */
  readonly critic: Network
  /** The distribution that codes shall have. */
  readonly latent: Latent
  readonly loss: Loss
  /** Weight of the reconstruction; 1 unless given. */
  readonly weight?: number
  readonly criticTerms?: Regularizers
  readonly encoderTerms?: Regularizers
  readonly decoderTerms?: Regularizers
}

/**
 * The adversarial autoencoder, for any loss: encoder and decoder minimise weight E |x - decoder(encoder(x))|^2, and the critic tells latents from
 * codes, which the encoder makes look like latents. So the decoder of a latent is a sample. Codes are points or, if
 * the encoder gives means and log-variances, drawn.
 * Statistics: those of `gan`, critic and encoder being the two sides, and `reconstruction`.
 * Source: Makhzani et al. 2016 (arXiv 1511.05644), section 2; its reconstruction and regularization phases are one step here.
 * Throws on latents that are moved (`optimised`), a weight < 0 and, at the first step, on codes and reconstructions of other shapes.
 */
export function adversarialAutoencoder({
  encoder,
  decoder,
  critic,
  latent,
  loss,
  weight = 1,
  criticTerms,
  encoderTerms,
  decoderTerms,
}: AutoencoderParts): Game<AutoencoderPlayers, Batch> {
  expectStill('adversarialAutoencoder', latent, 'here they are what the critic takes for real')
  checkNumber('adversarialAutoencoder: weight', weight)
  const show = (all: AutoencoderPlayers, turn: Turn<Batch>) => {
    const { data, labels } = turn.batch
    const outputs = encoder.apply(all.encoder, data, trainingContext(turn, 'encoder', { labels }))
    const { code } = encoded('adversarialAutoencoder', outputs, latent.dimensions, fold(turn.key, 'code'))
    return { real: trainingBatch(latent, fold(turn.key, 'latent'), data.shape[0]!), fake: code }
  }
  const play = adversarial({ critic, loss, show })
  const plus = ({ fake: code }: { fake: Tensor }, all: AutoencoderPlayers, turn: Turn<Batch>) => {
    const { data, labels } = turn.batch
    const made = decoder.apply(all.decoder, code, trainingContext(turn, 'decoder', { labels }))
    expectSameRows(
      made,
      data,
      (rows, given) =>
        `adversarialAutoencoder: the decoder makes rows of shape ${rows} but the data has ${given}: set the decoder's shape to the data's`,
    )
    const errors = reshape(square(sub(data, made)), [data.shape[0]!, -1])
    return { reconstruction: mul(weight, mean(sum(errors, 1))) as Scalar }
  }
  return {
    critic: play.critic({ terms: criticTerms }),
    encoder: play.opponent('encoder', encoder, { terms: encoderTerms, plus }),
    decoder: play.ally('decoder', decoder, { terms: decoderTerms, plus }),
  }
}
