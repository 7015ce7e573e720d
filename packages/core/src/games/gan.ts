import { add, mean, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import type { Clock } from '../clock.ts'
import { type Costed, type Game, networkPlayer, type Stats, type Turn, trainingContext } from '../game.ts'
import { fold, type Key } from '../key.ts'
import type { Latent } from '../latent.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'

/** A batch: `data` [n, ...] and, where the data has classes, `labels` int32 [n]. */
export interface Batch {
  readonly data: Tensor
  readonly labels?: Tensor
}

/** The players of a two-player GAN. */
export type GanPlayers = { readonly critic: Params; readonly generator: Params }

/** What a cost term of a GAN sees: the critic as a function, and this turn's real and generated rows. */
export interface Scene {
  /** Logits of rows shaped like the data; differentiable in its input and in the critic's parameters. */
  readonly critic: (x: Tensor) => Tensor
  readonly real: Tensor
  readonly fake: Tensor
  readonly labels?: Tensor | undefined
  readonly key: Key
  readonly clock: Clock
}

/** A regularizer: a scalar added to a player's cost. */
export type Regularizer = (scene: Scene) => Scalar

/** Regularizers by the name under which their value is logged. */
export type Regularizers = { readonly [name: string]: Regularizer }

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
  const view = (all: GanPlayers, turn: Turn<Batch>) => {
    const { data, labels } = turn.batch
    const n = data.shape[0]!
    const judge = (pass: string) => (x: Tensor) =>
      critic.apply(all.critic, x, trainingContext(turn, 'critic', { pass, labels }))
    const generate = () =>
      generator.apply(
        all.generator,
        latent.draw(fold(turn.key, 'latent'), n),
        trainingContext(turn, 'generator', { labels }),
      )
    const fake = generate()
    if (fake.shape.slice(1).join() !== data.shape.slice(1).join())
      throw new Error(
        `the generator makes rows of shape [${fake.shape.slice(1)}] but the data has [${data.shape.slice(1)}]: set the generator's size and channels to the data's`,
      )
    const scene: Scene = { critic: judge('term'), real: data, fake, labels, key: turn.key, clock: turn.clock }
    return { data, fake, judge, scene }
  }
  return {
    critic: networkPlayer(critic, (all, turn) => {
      const { data, fake, judge, scene } = view(all, turn)
      const real = judge('real')(data)
      const generated = judge('fake')(fake)
      return total(loss.critic(real, generated), criticTerms, scene, {
        real: mean(real),
        fake: mean(generated),
      })
    }),
    generator: networkPlayer(generator, (all, turn) => {
      const { data, fake, judge, scene } = view(all, turn)
      const generated = judge('fake')(fake)
      return total(
        loss.generator(generated, () => judge('real')(data)),
        generatorTerms,
        scene,
        { fake: mean(generated) },
      )
    }),
  }
}

const total = (adversarial: Scalar, terms: Regularizers = {}, scene: Scene, stats: Stats): Costed => {
  const values = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term(scene)]))
  const cost = Object.values(values).reduce<Scalar>((sum, value) => add(sum, value), adversarial)
  return { cost, stats: { ...stats, loss: adversarial, ...values } }
}
