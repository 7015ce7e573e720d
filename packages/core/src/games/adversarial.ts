import { add, mean, neg, type Scalar, scalar, type Tensor } from '@tensorflow/tfjs-core'
import { checkNetwork } from '../check.ts'
import {
  type Costed,
  networkPlayer,
  type Player,
  type Players,
  type Stats,
  type Turn,
  trainingContext,
} from '../game.ts'
import { fold } from '../key.ts'
import type { Loss, LossContext } from '../loss.ts'
import type { Network } from '../network.ts'
import type { Optimizer } from '../optimizer.ts'
import { makePool, type PoolOptions, type PoolState } from './pool.ts'
import { type Offer, type Regularizers, type Scene, termsOf } from './scene.ts'

/** What a game shows its critic in a turn, and what cost terms may know of how it was made. */
export type Shown = Pick<Scene, 'real' | 'fake' | 'latents' | 'drawn' | 'generate' | 'labels'>

/** What the costs of a critic and of its opponents are made of: what was shown, the critic's view of it, its whole outputs. */
export type Bout<S extends Shown = Shown> = S &
  Scene & {
    readonly outputs: { readonly real: () => Tensor; readonly fake: () => Tensor }
    /** What the pool holds after this look of the critic, if it has one. */
    readonly pool?: PoolState | undefined
  }

/** Costs beside the adversarial one, by the name under which they are logged. */
export type Extras = { readonly [name: string]: Scalar }

/** One player's share of its cost beside the loss. */
export interface Share<P, B, S extends Shown> {
  readonly terms?: Regularizers | undefined
  readonly plus?: (bout: Bout<S>, all: P, turn: Turn<B>) => Extras
}

/** A critic, its loss, and what it is shown. */
export interface AdversarialParts<P extends Players, B, S extends Shown> {
  readonly critic: Network
  /** The player whose parameters the critic has; `critic` unless given. */
  readonly as?: keyof P & string
  readonly loss: Loss
  /**
   * What is shown in the turn of player `who`. `judge(x, labels)` is how real the critic finds fakes (its logits, or energies negated), for
   * latents that are moved by it (`Latent.refine`; `expectRanked`).
   */
  readonly show: (
    all: P,
    turn: Turn<B>,
    judge: (x: Tensor, labels?: Tensor) => Tensor,
    who: keyof P & string,
  ) => S
  /** The logits [n] among the critic's outputs; the outputs themselves unless given. */
  readonly logits?: (outputs: Tensor) => Tensor
  /** What of a scene is shown besides real and fake rows. */
  readonly offers?: readonly Offer[]
  /** Past fakes that the critic is shown in place of some new ones; none unless given. Its terms see them too, and no latents. */
  readonly pool?: PoolOptions | undefined
}

/**
 * One critic and those who play against it: the part that all games with a critic share. `critic` is the player that tells real
 * from fake; `opponent` one that makes what is fake look real, or, with `side: 'real'`, one that makes what is real, and wants
 * it to look fake (the encoder of BiGAN): its cost is the generator's on negated outputs in exchanged roles, for losses that are `symmetric`; `ally` one that plays for
 * extras and terms alone.
 * Statistics: `loss` (the adversarial part), `real` and `fake` (mean logits), extras and terms by their names.
 * Throws on parts that are no networks or no loss, if the critic's network gives energies where the loss takes logits, or the reverse, and on an opponent who makes what is real in a
 * loss that is not symmetric; `makeStep` throws if the loss needs a bounded
 * critic and neither terms nor network nor optimizer bounds it.
 */
export function adversarial<P extends Players, B, S extends Shown>({
  critic: network,
  as = 'critic',
  loss,
  show,
  logits = outputs => outputs,
  offers = [],
  pool: given,
}: AdversarialParts<P, B, S>) {
  if (typeof loss?.critic !== 'function' || typeof loss.generator !== 'function')
    throw new Error(
      `the ${as}'s loss must be { critic(real, fake), generator(fake, real) }, such as nonSaturating(), got ${typeof loss}`,
    )
  checkNetwork(`the ${as}`, network)
  expectOutputs(as, loss, network)
  const pool = given && makePool(as, given)
  const contextOf = ({ key, clock, slots }: Turn<B>): LossContext => ({
    key,
    clock,
    slot: slots[`${as}/loss`],
  })
  const features: Offer[] = network.features ? ['features'] : []
  const offered = (who: string) => (who === as && pool ? features : [...offers, ...features])
  /** The fakes that the critic is shown, among them some of its pool, of which nobody knows the latents. */
  const mixed = (shown: S, { key, slots }: Turn<B>): S & Pick<Bout, 'pool'> => {
    const state = slots[`${as}/pool`] as PoolState | undefined
    if (!pool) return shown
    if (!state)
      throw new Error(`${as}'s pool is not in the turn as slot "${as}/pool"; makeStep puts it there`)
    const { shown: fake, next } = pool.exchange(state, shown.fake, fold(fold(key, as), 'pool'))
    return { ...shown, fake, latents: undefined, drawn: undefined, generate: undefined, pool: next }
  }
  const view = (who: keyof P & string, all: P, turn: Turn<B>): Bout<S> => {
    const context = (pass: string, labels?: Tensor) => trainingContext(turn, as, { pass, labels })
    const judgeFakes = (x: Tensor, labels?: Tensor) => {
      const outputs = logits(network.apply(all[as]!, x, context('fake', labels)))
      return loss.outputs === 'energies' ? neg(outputs) : outputs
    }
    const made = show(all, turn, judgeFakes, who)
    const shown = who === as ? mixed(made, turn) : made
    const { real, fake, labels } = shown
    const judging = (pass: string) => context(pass, labels)
    const judge = (pass: string, x: Tensor) => network.apply(all[as]!, x, judging(pass))
    const outputs = { real: once(() => judge('real', real)), fake: once(() => judge('fake', fake)) }
    const [onReal, onFake] = [once(() => logits(outputs.real())), once(() => logits(outputs.fake()))]
    return {
      ...shown,
      critic: x => {
        const output = logits(judge('term', x))
        return loss.witness ? loss.witness(output, onReal(), onFake()) : output
      },
      features: network.features && (x => network.features!(all[as]!, x, judging('term'))),
      outputs,
      onReal,
      onFake,
      own: all[who]!,
      key: turn.key,
      clock: turn.clock,
    }
  }
  const player = <K extends keyof P & string>(
    who: K,
    own: Network,
    { terms: given, plus = () => ({}) }: Share<P, B, S>,
    cost: (bout: Bout<S>, context: LossContext) => Costed,
  ): Player<P, P[K], B> => {
    checkNetwork(`the ${who}`, own)
    const terms = termsOf(who, given, offered(who))
    return {
      ...networkPlayer<P, P[K], B, Tensor, Tensor>(own as Network<Tensor, Tensor, P[K]>, (all, turn) => {
        const bout = view(who, all, turn)
        return terms.add(withExtras(cost(bout, contextOf(turn)), plus(bout, all, turn)), bout, turn)
      }),
      slots: terms.slots,
    }
  }
  return {
    critic: (share: Share<P, B, S> = {}): Player<P, P[keyof P & string], B> => {
      const judge = player(as, network, share, (bout, context) => {
        const [real, fake] = [bout.onReal(), bout.onFake()]
        const cost = loss.critic(real, fake, context)
        const stats: Stats = { real: mean(real), fake: mean(fake), loss: cost }
        return {
          cost,
          stats,
          aux: { ...(loss.slot && { loss: { real, fake } }), ...(pool && { pool: bout.pool! }) },
        }
      })
      return {
        ...judge,
        slots: { ...judge.slots, ...(loss.slot && { loss: loss.slot }), ...(pool && { pool: pool.slot }) },
        check: optimizer => expectBounds(as, loss, network, share.terms, optimizer),
      }
    },
    opponent: <K extends keyof P & string>(
      who: K,
      own: Network,
      share: Share<P, B, S> = {},
      side: 'fake' | 'real' = 'fake',
    ) => {
      if (side === 'real') expectSymmetric(who, loss)
      return player(who, own, share, (bout, context) => {
        const [made, other] = side === 'fake' ? [bout.onFake, bout.onReal] : [bout.onReal, bout.onFake]
        const turned = side === 'fake' ? made : once(() => neg(made()))
        const cost = loss.generator(turned(), side === 'fake' ? other : () => neg(other()), context)
        return { cost, stats: { [side]: mean(made()), loss: cost } }
      })
    },
    ally: <K extends keyof P & string>(who: K, own: Network, share: Share<P, B, S> = {}) =>
      player(who, own, share, () => ({ cost: scalar(0) })),
  }
}

/** Throws unless a critic's network says of its rows what the loss takes: energies are low for data, logits high. */
function expectOutputs(player: string, loss: Loss, { outputs = 'logits' }: Network): void {
  const taken = loss.outputs ?? 'logits'
  if (outputs === 'vectors' && taken === 'logits')
    throw new Error(
      `the ${player}'s network gives vectors, but the loss takes logits: use a loss of vectors (mmd, cramer) or a network that ends in one number a row`,
    )
  if ((outputs === 'energies') === (taken === 'energies')) return
  throw new Error(
    outputs === 'energies'
      ? `the ${player}'s network gives energies (low for data), but the loss takes ${taken}: use a loss of energies (began, ebgan) or a network that gives ${taken}`
      : `the loss takes energies (low for data, none below 0), but the ${player}'s network gives ${outputs}: wrap an autoencoder in autoencoding(network), or say outputs: 'energies' of a network that gives them`,
  )
}

/** Throws unless data and fakes may change places in a loss, as they do in the cost of a player who makes what is real. */
function expectSymmetric(player: string, { symmetric, outputs = 'logits' }: Loss): void {
  if (symmetric && outputs === 'logits') return
  throw new Error(
    `the ${player} makes what is real, so its cost is the generator's with data and fakes exchanged and logits negated; that is the same game only if the loss is symmetric, critic(real, fake) = critic(-fake, -real), and this one, ${outputs === 'logits' ? 'of logits' : `of ${outputs}`}, does not say so: use nonSaturating(), minimax() or hinge(), labels not smoothed, or leastSquares({ a: -1, b: 1, c: 0 }); say symmetric: true of a loss of your own for which it holds`,
  )
}

/** Throws if the loss needs a critic of bounded slope and neither its terms nor its network nor its optimizer bounds it. */
function expectBounds(
  player: string,
  loss: Loss,
  network: Network,
  terms: Regularizers = {},
  optimizer: Optimizer,
): void {
  const bounded =
    network.lipschitz || optimizer.lipschitz || Object.values(terms).some(({ lipschitz }) => lipschitz)
  if (loss.needsLipschitz && !bounded)
    throw new Error(
      `the loss means nothing unless the ${player}'s slope is bounded, and nothing bounds it: add a term such as gradientPenalty() to its cost, use spectral norm in its network or weightClipping in its optimizer; or give the loss unbounded: true to play it as it is`,
    )
}

/** A cost with extras added to it and, by name, to its statistics. */
export const withExtras = ({ cost, stats, ...rest }: Costed, extras: Extras): Costed => ({
  ...rest,
  cost: Object.values(extras).reduce<Scalar>((sum, extra) => add(sum, extra), cost),
  stats: { ...stats, ...extras },
})

/** Throws unless what was made has the row shape of what is real. */
export function expectSameRows(made: Tensor, real: Tensor, message: (made: string, real: string) => string) {
  const [from, to] = [made, real].map(t => `[${t.shape.slice(1)}]`) as [string, string]
  if (from !== to) throw new Error(message(from, to))
}

/** A function computed at its first call. */
export const once = <T>(f: () => T) => {
  let value: T | undefined
  return () => (value ??= f())
}
