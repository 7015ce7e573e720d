import { concat, mul, type Scalar, slice, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { fold } from '../key.ts'
import { expectStill, trainingBatch } from '../latent.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial, type Bout, expectSameRows } from './adversarial.ts'
import { crossEntropy, expectColumns } from './classes.ts'
import type { Batch, GanParts } from './gan.ts'

/** The players of a game of several generators: `critic`, each generator by its name, and `classifier` if there is one. */
export type MultiGeneratorPlayers = { readonly [player: string]: Params; readonly critic: Params }

/** What a game of several generators is made of. */
export interface MultiGeneratorParts extends Omit<GanParts, 'generator' | 'generatorTerms'> {
  /** The generators by name: each is a player of that name. */
  readonly generators: { readonly [name: string]: Network }
  /** Rows -> logits [n, generators], of which of them made the row. Absent: nothing keeps generators apart. */
  readonly classifier?: Network | undefined
  /** Beta, the weight of the classification in the generators' costs; 1 unless given. */
  readonly weight?: number
}

/**
 * Several generators against one critic, for any loss: each makes an equal share of the fakes, in the order they are named. The `classifier`, a
 * player that cooperates with them, learns from the rows who made them; the generators also minimise weight times its cross-entropy, so that they make
 * different rows.
 * Statistics: those of `gan`, and `classification`.
 * Source: Hoang et al. 2018 (MGAN, arXiv 1708.02556), section 3; there generators share layers, here none.
 * Throws on no generators, names that other players have, latents that are moved (`optimised`), a weight < 0 and, at the first step, on batches that do not divide and outputs of another width.
 */
export function multiGenerator({
  generators,
  critic,
  classifier,
  latent,
  loss,
  weight = 1,
  criticTerms,
}: MultiGeneratorParts): Game<MultiGeneratorPlayers, Batch> {
  const names = Object.keys(generators ?? {})
  if (names.length === 0)
    throw new Error('multiGenerator: expected generators by name, { first: network, ... }, got none')
  for (const taken of ['critic', 'classifier'])
    if (names.includes(taken)) throw new Error(`multiGenerator: a generator cannot be named "${taken}"`)
  expectStill('multiGenerator', latent, 'several generators share one draw of them')
  checkNumber('multiGenerator: weight', weight)
  const show = (all: MultiGeneratorPlayers, turn: Turn<Batch>) => {
    const { data } = turn.batch
    const each = data.shape[0]! / names.length
    if (!Number.isInteger(each))
      throw new Error(
        `multiGenerator: ${names.length} generators make equal shares of a batch, but it has ${data.shape[0]} rows; use batches of a multiple of ${names.length}`,
      )
    const z = trainingBatch(latent, fold(turn.key, 'latent'), data.shape[0]!)
    const rows = names.map((name, i) =>
      generators[name]!.apply(
        all[name]!,
        slice(z, [i * each, 0], [each, latent.dimensions]),
        trainingContext(turn, name),
      ),
    )
    const fake = concat(rows, 0)
    expectSameRows(
      fake,
      data,
      (made, real) =>
        `the generators make rows of shape ${made} but the data has ${real}: set the generators' shape to the data's`,
    )
    return { real: data, fake, each }
  }
  const play = adversarial({ critic, loss, show })
  const unclear = (
    { fake, each }: Bout<ReturnType<typeof show>>,
    all: MultiGeneratorPlayers,
    turn: Turn<Batch>,
  ) => {
    const logits: Tensor = classifier!.apply(all.classifier!, fake, trainingContext(turn, 'classifier'))
    expectColumns('multiGenerator', logits, names.length, 'a logit for each generator', 'classifier')
    const makers = names.flatMap((_, i) => Array<number>(each).fill(i))
    return crossEntropy(logits, tensor1d(makers, 'int32'))
  }
  return {
    critic: play.critic({ terms: criticTerms }),
    ...Object.fromEntries(
      names.map(name => [
        name,
        play.opponent(
          name,
          generators[name]!,
          classifier
            ? {
                plus: (bout, all, turn) => ({
                  classification: mul(weight, unclear(bout, all, turn)) as Scalar,
                }),
              }
            : {},
        ),
      ]),
    ),
    ...(classifier && {
      classifier: play.ally('classifier', classifier, {
        plus: (bout, all, turn) => ({ classification: unclear(bout, all, turn) }),
      }),
    }),
  }
}
