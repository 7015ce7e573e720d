import { mean, type Tensor } from '@tensorflow/tfjs-core'
import { type Game, networkPlayer, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import type { Latent } from '../latent.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { type Offer, type Regularizers, type Scene, termsOf } from './scene.ts'

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

/**
 * The two-player game of Goodfellow et al. 2014 (algorithm 1) for any loss: the critic tells data from the generator's
 * output, the generator turns latents into data. Class-conditional if its networks look at `context.labels`.
 * Statistics: `loss` (the adversarial part), `real` and `fake` (mean critic outputs), each regularizer by its name.
 */
export function gan({
  generator,
  critic,
  latent,
  loss,
  criticTerms,
  generatorTerms,
}: GanParts): Game<GanPlayers, Batch> {
  const offers: Offer[] = ['latents', 'generate', ...(critic.features ? ['features' as const] : [])]
  const terms = {
    critic: termsOf('critic', criticTerms, offers),
    generator: termsOf('generator', generatorTerms, offers),
  }
  const view = (who: keyof GanPlayers, all: GanPlayers, turn: Turn<Batch>) => {
    const { data, labels } = turn.batch
    const judging = (pass: string) => trainingContext(turn, 'critic', { pass, labels })
    const judge = (pass: string) => (x: Tensor) => critic.apply(all.critic, x, judging(pass))
    const generate = (z: Tensor) =>
      generator.apply(all.generator, z, trainingContext(turn, 'generator', { labels }))
    const latents = latent.draw(fold(turn.key, 'latent'), data.shape[0]!)
    const fake = generate(latents)
    if (fake.shape.slice(1).join() !== data.shape.slice(1).join())
      throw new Error(
        `the generator makes rows of shape [${fake.shape.slice(1)}] but the data has [${data.shape.slice(1)}]: set the generator's size and channels to the data's`,
      )
    const { key, clock } = turn
    const scene: Scene = {
      critic: judge('term'),
      features: critic.features && (x => critic.features!(all.critic, x, judging('term'))),
      real: data,
      fake,
      onReal: once(() => judge('real')(data)),
      onFake: once(() => judge('fake')(fake)),
      latents,
      generate,
      labels,
      own: all[who],
      key,
      clock,
    }
    return scene
  }
  return {
    critic: {
      ...networkPlayer(critic, (all, turn) => {
        const scene = view('critic', all, turn)
        const [real, fake] = [scene.onReal(), scene.onFake()]
        const cost = loss.critic(real, fake)
        return terms.critic.add(
          { cost, stats: { real: mean(real), fake: mean(fake), loss: cost } },
          scene,
          turn,
        )
      }),
      slots: terms.critic.slots,
    },
    generator: {
      ...networkPlayer(generator, (all, turn) => {
        const scene = view('generator', all, turn)
        const fake = scene.onFake()
        const cost = loss.generator(fake, scene.onReal)
        return terms.generator.add({ cost, stats: { fake: mean(fake), loss: cost } }, scene, turn)
      }),
      slots: terms.generator.slots,
    },
  }
}

/** A function computed at its first call. */
const once = <T>(f: () => T) => {
  let value: T | undefined
  return () => (value ??= f())
}
