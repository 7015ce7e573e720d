import type { Tensor } from '@tensorflow/tfjs-core'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectLatent, type Latent, trainingBatch } from '../latent.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial, expectSameRows, type Shown } from './adversarial.ts'
import type { PoolOptions } from './pool.ts'
import type { Regularizers } from './scene.ts'

/** A batch: `data` [n, ...] and, where the data has classes, `labels` int32 [n]. */
export interface Batch {
  readonly data: Tensor
  readonly labels?: Tensor
}

/** The players of a two-player GAN. */
export type GanPlayers = { readonly critic: Params; readonly generator: Params }

/** What `gan` is made of. */
export interface GanParts {
  readonly generator: Network
  readonly critic: Network
  readonly latent: Latent
  readonly loss: Loss
  /** Regularizers added to the critic's cost. */
  readonly criticTerms?: Regularizers
  /** Regularizers added to the generator's cost. */
  readonly generatorTerms?: Regularizers
}

/** What some games may have besides. */
export interface Pooling {
  /** Past fakes that the critic is shown in place of some new ones; none unless given. */
  readonly pool?: PoolOptions | undefined
}

/**
 * The two-player game of Goodfellow et al. 2014 (algorithm 1) for any loss: the critic tells data from the generator's
 * output, the generator turns latents into data. Class-conditional if its networks look at `context.labels`; with a `pool`, which keeps no
 * labels, they see none.
 * Statistics: `loss` (the adversarial part), `real` and `fake` (mean critic outputs), each regularizer by its name.
 */
export function gan({
  generator,
  critic,
  latent,
  loss,
  criticTerms,
  generatorTerms,
  pool,
}: GanParts & Pooling): Game<GanPlayers, Batch> {
  expectLatent('gan', latent)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge) => {
    const { data, labels } = turn.batch
    if (pool)
      return {
        real: data,
        ...generated(generator, latent, all.generator, { ...turn, batch: { data } }, judge),
      }
    return { real: data, labels, ...generated(generator, latent, all.generator, turn, judge) }
  }
  const play = adversarial({ critic, loss, show, offers: ['latents', 'generate'], pool })
  return {
    critic: play.critic({ terms: criticTerms }),
    generator: play.opponent('generator', generator, { terms: generatorTerms }),
  }
}

/** What a critic says of rows, [n]. */
export type Judge = (x: Tensor, labels?: Tensor) => Tensor

/**
 * Rows generated from the turn's latents, as many as the batch has, after the latents have been moved by what `judge` says
 * of them, if they want to be; a game without a judge asks for latents that do not (`expectStill`). Throws if the rows have another shape.
 */
export function generated(
  generator: Network,
  latent: Latent,
  params: Params,
  turn: Turn<Batch>,
  judge?: Judge,
): { [K in 'fake' | 'latents' | 'drawn' | 'generate']: NonNullable<Shown[K]> } {
  const { data, labels } = turn.batch
  const generate = (z: Tensor) => generator.apply(params, z, trainingContext(turn, 'generator', { labels }))
  const drawn = trainingBatch(latent, fold(turn.key, 'latent'), data.shape[0]!)
  const latents = latent.refine?.(drawn, z => judge!(generate(z), labels), fold(turn.key, 'refine')) ?? drawn
  const fake = generate(latents)
  expectSameRows(
    fake,
    data,
    (made, real) =>
      `the generator makes rows of shape ${made} but the data has ${real}: set the generator's size and channels to the data's`,
  )
  return { fake, latents, drawn, generate }
}
