import { concat, mul, reshape, type Scalar, softmax, sum, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import type { Game, Turn } from '../game.ts'
import { expectStill } from '../latent.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial } from './adversarial.ts'
import { type Batch, type GanParts, generated } from './gan.ts'

/** The players of a game of several critics: each critic by its name, and `generator`. */
export type MultiCriticPlayers = { readonly [critic: string]: Params; readonly generator: Params }

/** What a game of several critics is made of. */
export interface MultiCriticParts extends Omit<GanParts, 'critic' | 'generatorTerms'> {
  /** The critics by name: each is a player of that name. */
  readonly critics: { readonly [name: string]: Network }
  /**
   * Lambda >= 0: how much more a critic counts the harder it is on the generator. 0, all alike, unless given; with large ones the hardest alone
   * counts.
   */
  readonly hardness?: number
}

/**
 * One generator against several critics, for any loss: each critic plays the game of `gan`; with c_i the generator's cost against critic i, the
 * generator minimises the sum of w_i c_i with w = softmax(hardness c).
 * Statistics: of each critic those of `gan`; of the generator `loss` and, by each critic's name, c_i.
 * Source: Durugkar et al. 2017 (GMAN, arXiv 1611.01673), sections 3 and 4.1.
 * Throws on no critics, one named generator, a hardness < 0 and latents that are moved (`optimised`).
 */
export function multiCritic({
  generator,
  critics,
  latent,
  loss,
  hardness = 0,
  criticTerms,
}: MultiCriticParts): Game<MultiCriticPlayers, Batch> {
  const names = Object.keys(critics ?? {})
  if (names.length === 0)
    throw new Error('multiCritic: expected critics by name, { first: network, ... }, got none')
  if (names.includes('generator')) throw new Error('multiCritic: a critic cannot be named "generator"')
  checkNumber('multiCritic: hardness', hardness, { hint: '0 counts all critics alike' })
  expectStill('multiCritic', latent, 'each critic would move them elsewhere')
  const show = (all: MultiCriticPlayers, turn: Turn<Batch>) => ({
    real: turn.batch.data,
    labels: turn.batch.labels,
    ...generated(generator, latent, all.generator, turn),
  })
  const plays = names.map(as =>
    adversarial({ critic: critics[as]!, as, loss, show, offers: ['latents', 'generate'] }),
  )
  const against = plays.map(play => play.opponent('generator', generator))
  return {
    ...Object.fromEntries(names.map((name, i) => [name, plays[i]!.critic({ terms: criticTerms })])),
    generator: {
      ...against[0]!,
      cost: (all, turn) => {
        const costs = against.map(opponent => opponent.cost(all, turn).cost)
        const each: Tensor = concat(
          costs.map(cost => reshape(cost, [1])),
          0,
        )
        const cost = sum(mul(softmax(mul(hardness, each)), each)) as Scalar
        return {
          cost,
          stats: { loss: cost, ...Object.fromEntries(names.map((name, i) => [name, costs[i]!])) },
        }
      },
    },
  }
}
