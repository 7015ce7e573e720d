import {
  COLORS,
  type Complex,
  descentArrows,
  eigenvalues,
  flowStability,
  grid,
  jacobian,
  type Picture,
  phasePortrait,
  type Stability,
  stepStability,
  stillField,
  trajectory,
  updateJacobian,
} from '@equilibria/analysis'
import {
  alternating,
  type Batch,
  consensus,
  type DiracPlayers,
  type Dynamics,
  dirac,
  type Game,
  gan,
  type Latent,
  makeStep,
  type Network,
  normalQuantile,
  type Optimizers,
  sgd,
  simultaneous,
  weightClipping,
} from '@equilibria/core'
import { gradientPenalty, minimax, nonSaturating, r1, r2, wasserstein } from '@equilibria/losses'
import { add, mul, reshape, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { type Figure, number, table } from './figure.ts'

export const rate = 0.2
const steps = 1000
/** Weight of the penalties, and the equal pull of instance noise: sigma^2 / 4 = gamma / 2. */
const gamma = 0.5
const sigma = 1
/** Consensus pulls by weight / 4. */
const weight = 1
const target = 0.3
/** Of weight clipping. */
const limit = 1

type DiracGame = Game<DiracPlayers, unknown>

/** Deterministic normal noise: quantiles, scaled to the exact variance. */
const noise = (() => {
  const n = 64
  const raw = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n))
  const variance = raw.reduce((sum, x) => sum + x * x, 0) / n
  return raw.map(x => (sigma * x) / Math.sqrt(variance))
})()

/** The Dirac-GAN whose critic sees data and samples through normal noise. */
function noisy(): DiracGame {
  const rows = () => tensor(noise, [noise.length, 1])
  const latent: Latent = { dimensions: 1, draw: rows }
  const network = (apply: (w: Tensor, x: Tensor) => Tensor) =>
    ({ init: () => tensor1d([1]), apply }) as unknown as Network
  const game = gan({
    generator: network((theta, z) => add(z, theta)),
    critic: network((psi, x) => reshape(mul(psi, x), [-1])),
    latent,
    loss: minimax(),
  }) as unknown as Game<DiracPlayers, Batch>
  const onRows = (who: 'critic' | 'generator') => ({
    init: () => tensor1d([1]),
    cost: ((all, turn) =>
      game[who].cost(all, { ...turn, batch: { data: rows() } })) as DiracGame['critic']['cost'],
  })
  return { critic: onRows('critic'), generator: onRows('generator') }
}

const from = { critic: [1], generator: [1] }

/** A row of the table. */
export interface Method {
  readonly name: string
  readonly game: DiracGame
  /** Simultaneous unless given; then there is no alternating form. */
  readonly dynamics?: Dynamics
  /** `sgd(rate)` for both unless given. */
  readonly optimizers?: Optimizers<DiracPlayers>
  /** The eigenvalues of descent that the paper gives; absent where it has no derivative. */
  readonly published?: readonly [re: number, im: number]
  readonly formula: string
}

const root = Math.sqrt(1 / 4 - gamma ** 2 / 4)

export const methods = (): readonly Method[] => [
  { name: 'GAN', game: dirac({ loss: minimax(), from }), published: [0, 0.5], formula: '±i/2' },
  {
    name: 'non-saturating GAN',
    game: dirac({ loss: nonSaturating(), from }),
    published: [0, 0.5],
    formula: '±i/2',
  },
  {
    name: `WGAN, ψ clipped at ${limit}`,
    game: dirac({ loss: wasserstein(), from }),
    optimizers: { critic: weightClipping(limit, sgd(rate)), generator: sgd(rate) },
    published: [0, 1],
    formula: '±i',
  },
  {
    name: `WGAN-GP, target ${target}`,
    game: dirac({
      loss: wasserstein(),
      criticTerms: { penalty: gradientPenalty({ weight: gamma / 2, target }) },
      from,
    }),
    formula: 'no derivative',
  },
  {
    name: `instance noise, σ = ${sigma}`,
    game: noisy(),
    published: [-(sigma ** 2) / 4, Math.sqrt(1 / 4 - sigma ** 4 / 16)],
    formula: '−σ²/4 ± sqrt(σ⁴/16 − 1/4)',
  },
  {
    name: `R1, γ = ${gamma}`,
    game: dirac({ loss: minimax(), criticTerms: { r1: r1(gamma) }, from }),
    published: [-gamma / 2, root],
    formula: '−γ/2 ± sqrt(γ²/4 − 1/4)',
  },
  {
    name: `R2, γ = ${gamma}`,
    game: dirac({ loss: minimax(), criticTerms: { r2: r2(gamma) }, from }),
    published: [-gamma / 2, root],
    formula: 'as R1',
  },
  {
    name: 'zero-centred GP',
    game: dirac({
      loss: minimax(),
      criticTerms: { gp: gradientPenalty({ weight: gamma / 2, sided: 'zero' }) },
      from,
    }),
    published: [-gamma / 2, root],
    formula: 'as R1',
  },
  {
    name: `consensus, weight ${weight}`,
    game: dirac({ loss: minimax(), from }),
    dynamics: consensus(weight),
    published: [-weight / 4, 0.5],
    formula: '−weight/4 ± i/2',
  },
]

const origin = () => ({ critic: tensor1d([0]), generator: tensor1d([0]) })

/** One rule of play on one method, by eigenvalues and by running. */
async function cell({ game, optimizers }: Method, dynamics: Dynamics, length: number) {
  const optimizer = optimizers ?? sgd(rate)
  const step = makeStep({ game, dynamics, optimizer })
  const state = { ...step.init(0), params: origin() }
  const update = await updateJacobian(step, state, Array(step.draws).fill(undefined))
  const points = await trajectory({ game, dynamics, optimizer }, { steps: length })
  const distances = points.map(p => Math.hypot(...p))
  return {
    update,
    stability: stepStability(eigenvalues(update.matrix), { tolerance: 1e-5 }),
    points,
    distances,
  }
}
type Cell = Awaited<ReturnType<typeof cell>>

const complex = ({ re, im }: Complex): string =>
  Math.abs(im) < 5e-5
    ? number(re)
    : `${Math.abs(re) < 5e-5 ? '' : `${number(re)} `}± ${number(Math.abs(im))}i`

/** What a run did, by the reach of its third and its last quarter, and the distance at its end. */
export function ran(distances: readonly number[]): string {
  const quarter = Math.floor(distances.length / 4)
  const reach = (i: number) =>
    Math.max(...distances.slice(distances.length - (4 - i) * quarter, distances.length - (3 - i) * quarter))
  const change = reach(3) / reach(2)
  const word =
    reach(3) < 1e-3 * distances[0]!
      ? 'converges'
      : change > 1.02 || reach(3) > 1.5 * distances[0]!
        ? 'diverges'
        : change < 0.98
          ? 'shrinks slowly'
          : 'circles'
  return `**${word}**, ${number(distances.at(-1)!)}`
}

const factor = (stability: Stability): string => number(1 - stability.margin)

/** All that a row holds: the cells of the table, and the runs. */
export async function rowOf(
  method: Method,
  length = steps,
): Promise<{ cells: string[]; runs: (Cell | undefined)[]; descent: Complex }> {
  const { game, dynamics } = method
  const together = await cell(method, dynamics ?? simultaneous(), length)
  const turns = dynamics ? undefined : await cell(method, alternating({ critic: 1 }), length)
  // Consensus is no field of gradients; its flow is read from the update, 1 + rate * eigenvalue.
  const flow = dynamics
    ? eigenvalues(together.update.matrix).map(({ re, im }) => ({ re: (re - 1) / rate, im: im / rate }))
    : flowStability(eigenvalues(await jacobian(stillField(game, { batch: undefined }), origin()))).eigenvalues
  const smooth = method.published !== undefined
  const cells = [
    method.name,
    smooth ? complex(flow[0]!) : 'none: the penalty has a kink at ψ = 0',
    method.formula,
    smooth ? factor(together.stability) : 'none',
    ran(together.distances),
    turns ? (smooth ? factor(turns.stability) : 'none') : '',
    turns ? ran(turns.distances) : '',
  ]
  return { cells, runs: [together, turns], descent: flow[0]! }
}

/** The table and figure of "Which training methods for GANs do actually converge?", computed. */
export const convergence: Figure = {
  name: 'convergence',
  title: 'Which training methods converge on the Dirac-GAN',
  quick: false,
  draw: async () => {
    const pictures: Picture[] = []
    const rows: string[][] = []
    const span = [-2, 2] as const
    for (const method of methods()) {
      const { cells, runs, descent } = await rowOf(method)
      if (method.published) {
        const [re, im] = method.published
        if (Math.hypot(descent.re - re, Math.abs(descent.im) - im) > 1e-3)
          throw new Error(
            `${method.name}: expected eigenvalues ${re} ± ${im}i, found ${JSON.stringify(descent)}`,
          )
      }
      rows.push(cells)
      pictures.push(
        phasePortrait({
          title: method.name,
          width: 290,
          height: 315,
          x: { domain: span, label: 'ψ, the critic’s slope' },
          y: { domain: span, label: 'θ, the generator’s point' },
          field: await descentArrows(stillField(method.game, { batch: undefined }), origin(), {
            x: span,
            y: span,
            arrows: 11,
          }),
          legend: true,
          paths: runs.flatMap((run, i) =>
            run
              ? [
                  {
                    name: method.dynamics ? 'consensus' : i === 0 ? 'simultaneous' : 'alternating',
                    points: run.points,
                    color: COLORS[i]!,
                  },
                ]
              : [],
          ),
          equilibrium: [0, 0],
        }),
      )
    }
    return {
      picture: grid(pictures, 3),
      description:
        'Phase portraits of nine training methods on the Dirac-GAN: unregularised games circle or spiral outwards, instance noise, zero-centred penalties and consensus spiral into the equilibrium',
      text: `The data are a point at 0, the generator a point at θ, the critic D(x) = ψx. Each portrait shows ${steps} steps at rate ${rate} from (1, 1); arrows are gradient play in continuous time (for consensus: without its
correction). Every cell of the table is computed: eigenvalues of descent at the equilibrium from second derivatives of the library's own losses and penalties, the spectral radius of the whole update
(below 1: converges), and the distance to the equilibrium after ${steps} steps, ${number(Math.SQRT2)} at first.

${table(['method', 'eigenvalues of descent', 'in theory', 'simultaneous: radius', `after ${steps} steps`, 'alternating: radius', `after ${steps} steps`], rows)}

"Diverges": farther in the last quarter of the run than in the one before, or than 1.5 times the start (the GAN comes to a crawl at 3.35, where the critic is sure and the gradient vanishes); "circles": the last quarter reaches as far as the one before, within 2 %; "shrinks slowly": less far, but not a thousandth of the start. Where eigenvalues lie on the imaginary axis they do not decide; the
non-saturating cost pulls inwards beyond first order, slower than any exponential, and simultaneous play at a fixed rate balances that on a circle. Clipping bounds how far WGAN goes, no more. The penalty of WGAN-GP aims at a slope of ${target}, which the critic
does not have at the equilibrium: it never comes to rest.

Mescheder et al. 2018 ([1801.04406](https://arxiv.org/abs/1801.04406)), sections 2 and 3, figure 3 and lemmas for each method; their table 1 states for general games what converges.`,
    }
  },
}
