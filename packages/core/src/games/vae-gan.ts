import { concat, mean, mul, reshape, type Scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectRanked } from '../latent.ts'
import { adversarial, type Bout } from './adversarial.ts'
import type { BiganParts, BiganPlayers } from './bigan.ts'
import { encoded } from './encoded.ts'
import { type Batch, generated, type Judge } from './gan.ts'

/** What VAE-GAN is made of. */
export interface VaeGanParts extends BiganParts {
  /** Gamma, the weight of the reconstruction in the generator's cost; 1 unless given. */
  readonly weight?: number
  /** Which of the critic's features rows are compared by; the last, -1, unless given. */
  readonly layer?: number
}

/**
 * VAE-GAN, for any loss: an encoder that gives means and log-variances [n, 2 dimensions], a generator that is also its decoder, and a critic by
 * whose features reconstructions are compared with the data. With f the critic's features, z drawn from the encoder's q(z|x) and
 * x~ = G(z): the encoder minimises KL(q(z|x) || N(0, 1)) + L, L = E |f(x) - f(x~)|^2 / 2; the generator weight L plus its
 * adversarial cost; the critic its adversarial cost. Fakes are as many reconstructions as rows generated from the prior, and data are shown
 * twice, so that data and fakes weigh the same (the paper's sum shows them once).
 * Statistics: those of `gan`, `reconstruction` (with its weight) and, of the encoder, `divergence`.
 * Source: Larsen et al. 2016 (arXiv 1512.09300), sections 2.2 and 2.3 and algorithm 1.
 * Throws on a critic without features, a weight < 0, a layer that is no whole number and, at the first step, on one that the critic lacks and on encoders that give something else.
 */
export function vaeGan({
  generator,
  critic,
  encoder,
  latent,
  loss,
  weight = 1,
  layer = -1,
  criticTerms,
  generatorTerms,
  encoderTerms,
}: VaeGanParts): Game<BiganPlayers, Batch> {
  if (critic && !critic.features)
    throw new Error(
      'vaeGan: compares rows by the features of the critic, but its network has none: make it with sequential([...]), or give it features(params, x, context)',
    )
  expectRanked('vaeGan', latent, loss)
  checkNumber('vaeGan: weight', weight)
  if (!Number.isInteger(layer))
    throw new Error(`vaeGan: layer must be a whole number, -1 for the last of the features, got ${layer}`)
  const show = (all: BiganPlayers, turn: Turn<Batch>, judge: Judge) => {
    const { data } = turn.batch
    const { fake, latents, generate } = generated(generator, latent, all.generator, turn, judge)
    const outputs = encoder.apply(all.encoder, data, trainingContext(turn, 'encoder'))
    const { code, divergence } = encoded('vaeGan', outputs, latent.dimensions, fold(turn.key, 'code'))
    if (!divergence)
      throw new Error(
        `vaeGan: expected the encoder to give means and log-variances [n, ${2 * latent.dimensions}], got [${outputs.shape}]`,
      )
    const decoded = generate(code)
    return {
      real: concat([data, data]),
      fake: concat([fake, decoded]),
      decoded,
      divergence,
      latents: concat([latents, code]),
      generate,
    }
  }
  const play = adversarial({ critic, loss, show })
  type Seen = Bout<ReturnType<typeof show>>
  const likelihood = ({ features, decoded }: Seen, { batch }: Turn<Batch>): Scalar => {
    const [real, made] = [batch.data, decoded].map(rows => {
      const chosen: Tensor | undefined = features!(rows).at(layer)
      if (!chosen) throw new Error(`vaeGan: the critic has no features at layer ${layer}`)
      return reshape(chosen, [rows.shape[0]!, -1])
    }) as [Tensor, Tensor]
    return mul(0.5, mean(sum(square(sub(real, made)), 1))) as Scalar
  }
  return {
    critic: play.critic({ terms: criticTerms }),
    generator: play.opponent('generator', generator, {
      terms: generatorTerms,
      plus: (bout, _, turn) => ({ reconstruction: mul(weight, likelihood(bout, turn)) as Scalar }),
    }),
    encoder: play.ally('encoder', encoder, {
      terms: encoderTerms,
      plus: (bout, _, turn) => ({
        divergence: bout.divergence,
        reconstruction: likelihood(bout, turn),
      }),
    }),
  }
}
