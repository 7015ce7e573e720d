import { type Tensor, tile } from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectRanked, type Latent, trainingBatch } from '../latent.ts'
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

/** What `gan` may have besides. */
export interface GanOptions extends Pooling {
  /**
   * Fakes for each real row in the generator's turn, whose batch is repeated so often; 1 unless given. Its gradient is then less noisy, at
   * no cost to the critic's turn. (2 is usual for images: `GEN_BS_MULTIPLE` in the code of Gulrajani et al. 2017, `n_gen_samples` in that of
   * Miyato et al. 2018.)
   */
  readonly fakes?: number | undefined
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
  fakes = 1,
}: GanParts & GanOptions): Game<GanPlayers, Batch> {
  expectRanked('gan', latent, loss)
  checkCount('gan: fakes', fakes)
  const show = (all: GanPlayers, turn: Turn<Batch>, judge: Judge, who: keyof GanPlayers) => {
    const { data, labels } = who === 'generator' ? repeated(turn.batch, fakes) : turn.batch
    const batch = labels && !pool ? { data, labels } : { data }
    const made = generated(generator, latent, all.generator, { ...turn, batch }, judge)
    return { real: data, labels: batch.labels, ...made }
  }
  const play = adversarial({ critic, loss, show, offers: ['latents', 'generate'], pool })
  return {
    critic: play.critic({ terms: criticTerms }),
    generator: play.opponent('generator', generator, { terms: generatorTerms }),
  }
}

/** A batch `times` over. */
function repeated(batch: Batch, times: number): Batch {
  if (times === 1) return batch
  const repeat = (x: Tensor) => tile(x, [times, ...Array(x.rank - 1).fill(1)])
  return { data: repeat(batch.data), ...(batch.labels && { labels: repeat(batch.labels) }) }
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
