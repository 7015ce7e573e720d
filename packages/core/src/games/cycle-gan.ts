import { add, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { checkNetwork, checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import type { Loss } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial, expectSameRows } from './adversarial.ts'
import { meanDistance, type TranslationBatch, targetOf } from './pix2pix.ts'
import type { PoolOptions } from './pool.ts'
import type { Regularizers } from './scene.ts'

/** The four players of CycleGAN. */
export type CycleGanPlayers = {
  readonly dataCritic: Params
  readonly targetCritic: Params
  readonly forward: Params
  readonly backward: Params
}

/** What CycleGAN is made of. */
export interface CycleGanParts {
  /** Tells rows of `data` from those that `backward` makes. */
  readonly dataCritic: Network
  /** Tells rows of `target` from those that `forward` makes. */
  readonly targetCritic: Network
  /** From rows like `data` to rows like `target`. */
  readonly forward: Network
  /** From rows like `target` to rows like `data`. */
  readonly backward: Network
  readonly loss: Loss
  /** Lambda, the weight of the cycle; 10 unless given. */
  readonly weight?: number
  /** Weight of the identity cost, as a share of lambda; 0, none, unless given. The paper's, for paintings, is 0.5. */
  readonly identity?: number
  /**
   * Past translations that each critic is shown in place of some new ones, as in the paper, whose size is 50; none unless given. Its
   * `shape` is that of a row of `data`, and of `target` where `targetShape` says nothing else.
   */
  readonly pool?: (PoolOptions & { readonly targetShape?: readonly number[] }) | undefined
  /** Regularizers added to the cost of each critic. */
  readonly criticTerms?: Regularizers
}

/**
 * CycleGAN, for any loss (the paper's is least squares): two translators between rows that are not paired, each against a critic of its own. With
 * G forward and F backward, both also minimise weight (E |F(G(x)) - x| + E |G(F(y)) - y|), means over all numbers; with `identity` G
 * minimises identity weight E |G(y) - y| and F likewise, for which both kinds of rows must have one shape.
 * Statistics: those of `gan` for each critic and its translator, `cycle` and `identity`.
 * Source: Zhu et al. 2017 (arXiv 1703.10593), equations 1 to 3 and section 5.2; for the pool, section 4.
 * Throws on a missing network, a weight < 0 and, at the first step, on batches without a target and translations of another shape.
 */
export function cycleGan({
  dataCritic,
  targetCritic,
  forward,
  backward,
  loss,
  weight = 10,
  identity = 0,
  pool,
  criticTerms,
}: CycleGanParts): Game<CycleGanPlayers, TranslationBatch> {
  const networks = { forward, backward }
  for (const [name, network] of Object.entries(networks)) checkNetwork(`the ${name}`, network)
  checkNumber('cycleGan: weight', weight)
  checkNumber('cycleGan: identity', identity)
  const translate = (
    who: keyof typeof networks,
    x: Tensor,
    all: CycleGanPlayers,
    turn: Turn<TranslationBatch>,
    pass: string,
  ) => networks[who].apply(all[who], x, trainingContext(turn, who, { pass }))
  const side = (who: keyof typeof networks) => (all: CycleGanPlayers, turn: Turn<TranslationBatch>) => {
    const given = { forward: turn.batch.data, backward: targetOf('cycleGan', turn.batch) }
    const other = who === 'forward' ? 'backward' : 'forward'
    const fake = translate(who, given[who], all, turn, 'there')
    const real = given[other]
    expectSameRows(
      fake,
      real,
      (made, wanted) =>
        `cycleGan: ${who} makes rows of shape ${made} but those it imitates have ${wanted}: set its shape to theirs`,
    )
    return { real, fake }
  }
  const sides = {
    forward: adversarial({
      critic: targetCritic,
      as: 'targetCritic',
      loss,
      show: side('forward'),
      pool: pool && { ...pool, shape: pool.targetShape ?? pool.shape },
    }),
    backward: adversarial({ critic: dataCritic, as: 'dataCritic', loss, show: side('backward'), pool }),
  } as const
  const plus =
    (who: keyof typeof networks) =>
    ({ real, fake }: { real: Tensor; fake: Tensor }, all: CycleGanPlayers, turn: Turn<TranslationBatch>) => {
      const other = who === 'forward' ? 'backward' : 'forward'
      const { data, target } = turn.batch
      const start = who === 'forward' ? data : target
      const back = translate(other, fake, all, turn, 'back')
      const abroad = translate(who, translate(other, real, all, turn, 'there'), all, turn, 'back')
      const cycle = mul(weight, add(meanDistance(back, start), meanDistance(abroad, real))) as Scalar
      if (identity === 0) return { cycle }
      const same = meanDistance(translate(who, real, all, turn, 'same'), real)
      return { cycle, identity: mul(weight * identity, same) as Scalar }
    }
  return {
    dataCritic: sides.backward.critic({ terms: criticTerms }),
    targetCritic: sides.forward.critic({ terms: criticTerms }),
    forward: sides.forward.opponent('forward', forward, { plus: plus('forward') }),
    backward: sides.backward.opponent('backward', backward, { plus: plus('backward') }),
  }
}
