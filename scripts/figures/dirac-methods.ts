import type { Complex } from '@equilibria/analysis'
import {
  alternating,
  type Batch,
  consensus,
  type DiracPlayers,
  type Dynamics,
  dirac,
  type Game,
  type GanParts,
  gan,
  hamiltonian,
  type Latent,
  type Network,
  normalQuantile,
  type Optimizers,
  type Params,
  sgd,
  simultaneous,
  type Tree,
  weightClipping,
} from '@equilibria/core'
import { dragan, gradientPenalty, minimax, nonSaturating, r1, r2, wasserstein } from '@equilibria/losses'
import { add, mul, reshape, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core'

export const rate = 0.2
/** Weight of the penalties, and the equal pull of instance noise: sigma^2 / 4 = gamma / 2. */
const gamma = 0.5
const sigma = 1
/** Consensus pulls by weight / 4. */
const weight = 1
/** The slope at which penalties aim that do not aim at 0. */
export const target = 0.3
/** Of weight clipping. */
const limit = 1
/** Moves of the critic for one of the generator, as in the paper's figure of WGAN and WGAN-GP. */
export const criticSteps = 5

export type DiracGame = Game<DiracPlayers, unknown>

/**
 * What the abstract of Mescheder et al. 2018 says of a kind of method: whether play near an equilibrium converges where data and fakes have densities,
 * and where they need not. Absent: it does not say. Its table 1 says more.
 */
export interface Published {
  readonly densities?: 'converges' | 'not always'
  readonly general: 'converges' | 'not always'
}

/** A row of the table. */
export interface Method {
  readonly name: string
  readonly published?: Published
  readonly parts: Pick<GanParts, 'loss' | 'criticTerms'>
  /** Variance of the noise through which the critic sees data and fakes. */
  readonly noise?: number
  /** How players move together and in turn; without the first, players can only take turns. */
  readonly plays: { readonly together?: Dynamics; readonly turns: Dynamics }
  /** `sgd(rate)` for both unless given. */
  readonly optimizers?: Optimizers<DiracPlayers>
  /**
   * Of the loss: its slope in a logit of 0, by which each player moves the other, and its second derivative there, for data and fakes together,
   * by which logits that spread draw the critic back.
   */
  readonly loss: { readonly slope: number; readonly curvature: number }
  /** What terms add to the critic's own second derivative at the equilibrium; absent where they have none there. */
  readonly damping?: number
  /** The weight of the consensus term. */
  readonly pull?: number
  /** The eigenvalues of descent in the paper's words. */
  readonly formula: string
}

const logistic = { slope: 1 / 2, curvature: 1 / 2 }
const linear = { slope: 1, curvature: 0 }

const unregularised: Published = { densities: 'converges', general: 'not always' }
const wasserstein2018: Published = { general: 'not always' }
/** What converges in general does where there are densities. */
const always: Published = { densities: 'converges', general: 'converges' }

/** Consensus optimization in turns: each player moves by its own part of the corrected gradient, where the one before it has come to. */
const consensusInTurns = (weight: number): Dynamics => ({
  draws: 1,
  init: () => ({}),
  step: (field, optimizers, start, state) => {
    const players = Object.keys(start.params) as (keyof typeof start.params & string)[]
    const moves = players.reduce((at, who) => {
      const { gradient, slope } = hamiltonian(field, at.params)
      const along = add(gradient[who] as Tensor, mul(weight, slope[who] as Tensor))
      const [moved, memory] = optimizers[who].update(
        along as never,
        at.optimizers[who],
        at.params[who] as Params,
      )
      return {
        params: { ...at.params, [who]: moved },
        optimizers: { ...at.optimizers, [who]: memory as Tree },
      }
    }, start)
    return [moves, state]
  },
})

const both = { together: simultaneous(), turns: alternating({ critic: 1 }) }
const often = { turns: alternating({ critic: criticSteps }) }
const many = `${criticSteps} critic steps`

const wgan: Omit<Method, 'name' | 'plays'> = {
  published: wasserstein2018,
  parts: { loss: wasserstein() },
  optimizers: { critic: weightClipping(limit, sgd(rate)), generator: sgd(rate) },
  loss: linear,
  damping: 0,
  formula: '±i',
}
const wganGp: Omit<Method, 'name' | 'plays'> = {
  published: wasserstein2018,
  parts: {
    loss: wasserstein(),
    criticTerms: { penalty: gradientPenalty({ weight: gamma / 2, target }) },
  },
  loss: linear,
  formula: 'no derivative',
}
const penalised = (name: string, criticTerms: GanParts['criticTerms'], formula = 'as R1'): Method => ({
  name,
  published: always,
  parts: { loss: minimax(), criticTerms: criticTerms! },
  plays: both,
  loss: logistic,
  damping: gamma,
  formula,
})

export const methods: readonly Method[] = [
  {
    name: 'GAN',
    published: unregularised,
    parts: { loss: minimax() },
    plays: both,
    loss: logistic,
    damping: 0,
    formula: '±i/2',
  },
  {
    name: 'non-saturating GAN',
    published: unregularised,
    parts: { loss: nonSaturating() },
    plays: both,
    loss: logistic,
    damping: 0,
    formula: '±i/2',
  },
  { name: `WGAN, ψ clipped at ${limit}`, plays: both, ...wgan },
  { name: `WGAN, ${many}`, plays: often, ...wgan },
  { name: `WGAN-GP, target ${target}`, plays: both, ...wganGp },
  { name: `WGAN-GP, ${many}`, plays: often, ...wganGp },
  {
    name: `DRAGAN, target ${target}`,
    parts: { loss: minimax(), criticTerms: { penalty: dragan({ weight: gamma / 2, target }) } },
    plays: both,
    loss: logistic,
    formula: 'no derivative',
  },
  {
    name: `instance noise, σ = ${sigma}`,
    published: always,
    parts: { loss: minimax() },
    noise: sigma ** 2,
    plays: both,
    loss: logistic,
    damping: 0,
    formula: '−σ²/4 ± sqrt(σ⁴/16 − 1/4)',
  },
  penalised(`R1, γ = ${gamma}`, { r1: r1(gamma) }, '−γ/2 ± sqrt(γ²/4 − 1/4)'),
  penalised(`R2, γ = ${gamma}`, { r2: r2(gamma) }),
  penalised('zero-centred GP', { gp: gradientPenalty({ weight: gamma / 2, sided: 'zero' }) }),
  {
    name: `consensus, weight ${weight}`,
    parts: { loss: minimax() },
    plays: { together: consensus(weight), turns: consensusInTurns(weight) },
    loss: logistic,
    damping: 0,
    pull: weight,
    formula: '−weight/4 ± i/2',
  },
]

/** Normal numbers without chance: quantiles, scaled to the exact variance. */
const quantiles = (() => {
  const n = 64
  const raw = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n))
  const variance = raw.reduce((sum, x) => sum + x * x, 0) / n
  return raw.map(x => x / Math.sqrt(variance))
})()
export const normalRows = (variance: number): number[] => quantiles.map(x => Math.sqrt(variance) * x)

const from = { critic: [1], generator: [1] }

/**
 * A method's game: the data are N(0, variance), the generator N(theta, variance), a point each where the variance is 0, and the critic is
 * D(x) = psi x. Expectations over normal distributions are means over quantiles.
 */
export function gameOf({ parts, noise = 0 }: Method, variance: number): DiracGame {
  const spread = variance + noise
  if (spread === 0) return dirac({ ...parts, from })
  const rows = () => tensor(normalRows(spread), [quantiles.length, 1])
  const latent: Latent = { dimensions: 1, draw: rows }
  const network = (apply: (w: Tensor, x: Tensor) => Tensor) =>
    ({ init: () => tensor1d([1]), apply }) as unknown as Network
  const game = gan({
    ...parts,
    generator: network((theta, z) => add(z, theta)),
    critic: network((psi, x) => reshape(mul(psi, x), [-1])),
    latent,
  }) as unknown as Game<DiracPlayers, Batch>
  const onRows = (who: 'critic' | 'generator') => ({
    ...game[who],
    cost: ((all, turn) =>
      game[who].cost(all, { ...turn, batch: { data: rows() } })) as DiracGame['critic']['cost'],
  })
  return { critic: onRows('critic'), generator: onRows('generator') }
}

/**
 * The eigenvalue of descent at the equilibrium, with its conjugate: of -J for gradients J (psi, theta), J = [[a, c], [-c, 0]], a the damping plus
 * the loss's curvature times the variance of what the critic sees, c the loss's slope; with consensus of -(J + w J'J). All of these turn.
 */
export function theoryOf(
  { loss, damping, noise = 0, pull = 0 }: Method,
  variance: number,
): Complex | undefined {
  if (damping === undefined) return undefined
  const [a, c] = [damping + loss.curvature * (variance + noise), loss.slope]
  const trace = a + pull * (a * a + 2 * c * c)
  const determinant = c * c + pull * a * c * c + pull * pull * c ** 4
  return { re: -trace / 2, im: Math.sqrt(determinant - trace ** 2 / 4) }
}
