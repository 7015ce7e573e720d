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
import { type Dynamics, makeStep, sgd } from '@equilibria/core'
import { tensor1d } from '@tensorflow/tfjs-core'
import { criticSteps, gameOf, type Method, methods, rate, target, theoryOf } from './dirac-methods.ts'
import { type Figure, number, table } from './figure.ts'

const steps = 1000
/** Of data that are no point, and of the generator. */
export const variance = 0.5

const origin = () => ({ critic: tensor1d([0]), generator: tensor1d([0]) })

/** One rule of play on one method, by eigenvalues and by running. */
async function cell(method: Method, spread: number, dynamics: Dynamics, length: number) {
  const game = gameOf(method, spread)
  const optimizer = method.optimizers ?? sgd(rate)
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

/** The words that `ran` found, of the rules of play that a row has. */
const words = (row: readonly string[]): string[] => row.flatMap(cell => /\*\*(.+?)\*\*/.exec(cell)?.[1] ?? [])

/**
 * A row of the verdicts: what is published of a method, beside what its rows on a point and on spread data came to. Throws where the two do not
 * go together: where it says `converges`, every rule of play does here; of what does not always converge, some rule does not.
 */
export function verdictOf(
  { name, published }: Method,
  onPoint: readonly string[],
  onSpread: readonly string[],
): readonly string[] {
  const pairs = [
    ['densities', onSpread],
    ['general', onPoint],
  ] as const
  return [
    name,
    ...pairs.flatMap(([which, row]) => {
      const [stated, found] = [published?.[which], words(row)]
      const all = found.every(word => word === 'converges')
      if (stated && all !== (stated === 'converges'))
        throw new Error(
          `${name}, ${which}: published is "${stated}", found ${found.join(' and ')}: say in the text why they differ`,
        )
      return [stated ?? '—', [...new Set(found)].join(', ')]
    }),
  ]
}

const factor = (stability: Stability): string => number(1 - stability.margin)

/** What is computed of one method. */
export interface Row {
  /** The cells of the table. */
  readonly cells: readonly string[]
  readonly together: Cell | undefined
  readonly turns: Cell
}

/**
 * A row of the table, on a point or on data of some variance. Throws if the eigenvalues of descent are not those of theory.
 */
export async function rowOf(
  method: Method,
  { spread = 0, length = steps }: { readonly spread?: number; readonly length?: number } = {},
): Promise<Row> {
  const { together: rule, turns: inTurns } = method.plays
  const together = rule && (await cell(method, spread, rule, length))
  const turns = await cell(method, spread, inTurns, length)
  const theory = theoryOf(method, spread)
  // Consensus is no field of gradients; its flow is read from the update, 1 + rate * eigenvalue.
  const flow =
    method.pull && together
      ? eigenvalues(together.update.matrix).map(({ re, im }) => ({ re: (re - 1) / rate, im: im / rate }))
      : flowStability(
          eigenvalues(await jacobian(stillField(gameOf(method, spread), { batch: undefined }), origin())),
        ).eigenvalues
  const descent = flow[0]!
  if (theory && !(Math.hypot(descent.re - theory.re, Math.abs(descent.im) - theory.im) <= 1e-3))
    throw new Error(
      `${method.name}: expected eigenvalues ${theory.re} ± ${theory.im}i, found ${JSON.stringify(descent)}`,
    )
  const of = (found: Cell | undefined) =>
    found ? [theory ? factor(found.stability) : 'none', ran(found.distances)] : ['—', '—']
  const cells = [
    method.name,
    theory ? complex(descent) : 'none: the penalty has a kink at ψ = 0',
    method.formula,
    ...of(together),
    ...of(turns),
  ]
  return { cells, together, turns }
}

const head = [
  'method',
  'eigenvalues of descent',
  'in theory',
  'simultaneous: radius',
  `after ${steps} steps`,
  'alternating: radius',
  `after ${steps} steps`,
]
const verdictHead = ['method', 'published, densities', 'here', 'published, in general', 'here, a point']
const withoutFormula = (cells: readonly string[]) => cells.toSpliced(2, 1)

/** The runs of a method on a plane. */
async function portrait(method: Method, { together, turns }: Row): Promise<Picture> {
  const span = [-2, 2] as const
  const runs = [
    { run: together, name: method.pull ? 'consensus' : 'simultaneous' },
    { run: turns, name: method.pull ? 'consensus in turns' : 'alternating' },
  ]
  return phasePortrait({
    title: method.name,
    width: 290,
    height: 315,
    x: { domain: span, label: 'ψ, the critic’s slope' },
    y: { domain: span, label: 'θ, the generator’s point' },
    field: await descentArrows(stillField(gameOf(method, 0), { batch: undefined }), origin(), {
      x: span,
      y: span,
      arrows: 11,
    }),
    legend: true,
    paths: runs.flatMap(({ run, name }, i) => (run ? [{ name, points: run.points, color: COLORS[i]! }] : [])),
    equilibrium: [0, 0],
  })
}

/** The table and figure of "Which training methods for GANs do actually converge?", computed. */
export const convergence: Figure = {
  name: 'convergence',
  title: 'Which training methods converge on the Dirac-GAN',
  quick: false,
  draw: async () => {
    const pictures: Picture[] = []
    const onPoint: (readonly string[])[] = []
    const onSpread: (readonly string[])[] = []
    for (const method of methods) {
      const row = await rowOf(method)
      onPoint.push(row.cells)
      pictures.push(await portrait(method, row))
      onSpread.push(withoutFormula((await rowOf(method, { spread: variance })).cells))
    }
    const verdicts = methods.map((method, i) => verdictOf(method, onPoint[i]!, onSpread[i]!))
    return {
      picture: grid(pictures, 3),
      description:
        'Phase portraits of twelve training methods on the Dirac-GAN: unregularised games circle or spiral outwards, WGAN, WGAN-GP and DRAGAN circle with however many critic steps, instance noise, zero-centred penalties and consensus spiral into the equilibrium',
      text: `The data are a point at 0, the generator a point at θ, the critic D(x) = ψx. Each portrait shows ${steps} steps at rate ${rate} from (1, 1); arrows are gradient play in continuous time (for consensus: without its
correction). Cells are computed: eigenvalues of descent at the equilibrium from second derivatives of the library's own losses and penalties, the spectral radius of the whole update
(below 1: converges), and the distance to the equilibrium after ${steps} steps, ${number(Math.SQRT2)} at first. A critic with ${criticSteps} steps for each of the generator's takes turns, with the clipping or target of the row above: it has no simultaneous form (—). Consensus in turns moves each player by
its own part of the corrected gradient, where the one before it has come to.

${table(head, onPoint)}

"Diverges": farther in the last quarter of the run than in the one before, or than 1.5 times the start (the GAN comes to a crawl at 3.35, where the critic is sure and the gradient vanishes); "circles": the last quarter reaches as far as the one before, within 2 %; "shrinks slowly": less far, but not a thousandth of the start. Where eigenvalues lie on the imaginary axis they do not decide; the
non-saturating cost pulls inwards beyond first order, slower than any exponential, and simultaneous play at a fixed rate balances that on a circle. Clipping bounds how far WGAN goes, no more. The penalties of WGAN-GP and DRAGAN aim at a slope of ${target}, which the critic
does not have at the equilibrium: they never come to rest. More steps of the critic do not change that.

The same where data and fakes have densities: the data are N(0, ${variance}), the generator N(θ, ${variance}), the critic is linear as before; expectations are means over 64 quantiles. What the critic sees now spreads, so the logistic losses are curved in ψ, by a quarter
of the variance for data and for fakes each: that alone draws both players in, with the eigenvalues −a/2 ± sqrt(a²/4 − 1/4), a = γ + variance/2, that of instance noise included. The Wasserstein loss has no such curvature, and a penalty that aims at a slope
other than 0 keeps the critic from the one it has at the equilibrium: WGAN, WGAN-GP and DRAGAN do not come to rest here either.

${table(withoutFormula(head), onSpread)}

Beside what is published, in short (of simultaneous and alternating play where they differ):

${table(verdictHead, verdicts)}

"Published" is what the abstract of Mescheder et al. 2018 states: that play without regularization was known to converge near the equilibrium where data and fakes have densities, and need not where they have none; that WGAN and WGAN-GP
with finitely many critic steps do not always converge (it does not say whether densities would help); that instance noise and zero-centred penalties do, simplified ones (R1, R2) on lower-dimensional manifolds too. Their table 1 gives verdicts for both cases; what
the abstract does not state is left out here (—): of DRAGAN, of consensus, and of WGAN and WGAN-GP with densities. Every published verdict printed here is borne out by the game beside it, which proves none of them: one game is no theorem.
DRAGAN comes to rest in neither game. Wherever it is said to converge with densities, this is why it does not here: such results go by the Jacobian at the equilibrium, and there, where the critic's slope is 0, a penalty that aims at a slope of ${target} has a kink and no derivative.

Mescheder et al. 2018 ([1801.04406](https://arxiv.org/abs/1801.04406)), sections 2 and 3, figure 3 and lemmas for each method. The second table here is one small game with densities, whose critic can only be linear.`,
    }
  },
}
