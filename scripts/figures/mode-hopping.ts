import { COLORS, dots, grid, type Mark, type Picture, type Point, plot } from '@equilibria/analysis'
import { activation, dense, initializers, relu, reshape, sequential } from '@equilibria/architectures'
import { useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import {
  adam,
  type Dynamics,
  fold,
  gan,
  gaussianLatent,
  key,
  makeStep,
  type Network,
  release,
  sampling,
  scoped,
  simultaneous,
  tensorsOf,
  unrolled,
} from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating } from '@equilibria/losses'
import { div } from '@tensorflow/tfjs-core'
import { type Drawn, type Figure, number, table } from './figure.ts'

const steps = 10_000
const batch = 256
const dimensions = 256
const seed = 0
const look = 5
const every = 100
const shown = [2000, 4000, 6000, 8000, 10_000]
const samples = 500
const [radius, deviation] = [2, 0.02]
const data = ring({ radius, deviation })
const modes = data.modes.centres.length

/** How far a sample may be from the nearest mode to belong to it: about a quarter of the way between neighbours. */
const within = 0.4
/** The share of samples with which a mode holds the generator. */
const most = 0.5

/** What a generator drew, every few steps. */
export interface Look {
  readonly step: number
  readonly points: readonly Point[]
}

/** The share of samples that belong to each mode: those that are nearest to it, and near. The rest belong to none. */
export function sharesOf(points: readonly Point[]): readonly number[] {
  const shares = Array<number>(modes).fill(0)
  for (const [x, y] of points) {
    const distances = data.modes.centres.map(([cx, cy]) => Math.hypot(x - cx!, y - cy!))
    const nearest = Math.min(...distances)
    if (nearest <= within) shares[distances.indexOf(nearest)]! += 1 / points.length
  }
  return shares
}

/** Two hidden layers of 128 rectified units, of the paper's start: orthogonal kernels times .8. */
const layers = (inputs: number, outputs: number): Network[] => {
  const sizes = [inputs, 128, 128, outputs]
  return sizes
    .slice(1)
    .flatMap((units, i) => [
      ...(i > 0 ? [relu()] : []),
      dense(sizes[i]!, units, { kernel: initializers.orthogonal(0.8) }),
    ])
}
const generator = sequential(layers(dimensions, 2))
/** It sees points scaled down by 4, as in the paper: it is then so smooth that a heap of samples and a mode are soon one to it. */
const critic = sequential([activation(x => div(x, 4)), ...layers(2, 1), reshape([])])

/** What a generator draws in the course of a run, from the same latents at every look. */
export async function run(dynamics: Dynamics): Promise<Look[]> {
  const latent = gaussianLatent(dimensions)
  const game = gan({ generator, critic, latent, loss: nonSaturating() })
  const adamOf = (rate: number) => adam(rate, { beta1: 0.5, differentiable: true })
  const step = makeStep({ game, dynamics, optimizer: { generator: adamOf(1e-3), critic: adamOf(1e-4) } })
  const z = latent.draw(key(99), samples)
  const found: Look[] = []
  const rowsAt = (i: number) => data.at({ step: i, n: batch, key: fold(key(seed), 'data') })
  let state = step.init(seed)
  const first = await rowsAt(0)
  const { engine } = await useEngine('auto', { threads: 1 })
  const prepared = await engine.prepare(step, { state, batches: [first] })
  release(first as never)
  for (let i = 0; i <= steps; i++) {
    if (i % every === 0) {
      const drawn = scoped(() => generator.apply(state.params.generator, z, sampling()))
      const xs = await drawn.data()
      drawn.dispose()
      const points = Array.from({ length: samples }, (_, r): Point => [xs[2 * r]!, xs[2 * r + 1]!])
      found.push({ step: i, points })
    }
    if (i === steps) break
    const rows = await rowsAt(i)
    const next = await prepared.advance(state, [rows])
    release(tensorsOf(state), tensorsOf(next))
    release(rows as never)
    state = next
  }
  release(tensorsOf(state))
  await prepared.release?.()
  z.dispose()
  return found
}

/** Shares as cells, darker the larger, a row for each mode, and below them one for the samples that belong to none. */
const cells =
  (found: readonly Look[]): Mark =>
  ({ x, y }) =>
    found
      .flatMap(({ step, points }) => {
        const shares = sharesOf(points)
        const none = 1 - shares.reduce((sum, share) => sum + share, 0)
        return [none, ...shares].map((share, row) => {
          if (share < 0.01) return ''
          const [left, top] = [x(step - every / 2), y(row - 0.5)]
          return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${(x(every) - x(0) + 0.3).toFixed(1)}" height="${(y(0) - y(1)).toFixed(1)}" fill="${row === 0 ? '#888888' : COLORS[0]}" opacity="${share.toFixed(2)}"/>`
        })
      })
      .join('')

const snapshot = ({ step, points }: Look): Picture =>
  plot({
    title: `step ${step}`,
    width: 190,
    height: 190,
    x: { domain: [-3, 3], ticks: [-2, 0, 2] },
    y: { domain: [-3, 3], ticks: [-2, 0, 2] },
    marks: [
      dots(data.modes.centres as readonly Point[], { color: COLORS[1], radius: 4, hollow: true }),
      dots(points, { color: COLORS[0], radius: 1.3, opacity: 0.5 }),
    ],
  })

const strip = (title: string, found: readonly Look[]): Picture =>
  plot({
    title,
    width: 190 * shown.length,
    height: 200,
    x: { domain: [0, steps], label: 'step' },
    y: {
      domain: [-1.5, modes - 0.5],
      label: 'mode',
      ticks: Array.from({ length: modes + 1 }, (_, i) => i - 1),
      format: i => (i < 0 ? 'none' : `${i + 1}`),
    },
    marks: [cells(found)],
  })

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** What a run did in its second half. */
export function summaryOf(found: readonly Look[]) {
  const late = found.filter(({ step }) => step >= found.at(-1)!.step / 2)
  const shares = late.map(({ points }) => sharesOf(points))
  // The mode that has most of the samples, where one has.
  const holders = shares.map(of => of.findIndex(share => share > most)).filter(mode => mode >= 0)
  return {
    /** Share of samples that belong to a mode, and to the largest. */
    near: mean(shares.map(total)),
    top: mean(shares.map(of => Math.max(...of))),
    /** Share of the looks at which a mode has most of the samples. */
    held: holders.length / late.length,
    /** How often that mode is another than the one before. */
    hops: holders.filter((mode, i) => i > 0 && mode !== holders[i - 1]).length,
    /** Modes with half of their due, an eighth, at least: at a look, and at one look or another. */
    served: mean(shares.map(of => of.filter(share => share >= 0.5 / modes).length)),
    visited: Array.from({ length: modes }, (_, k) => k).filter(k => shares.some(of => of[k]! >= 0.5 / modes))
      .length,
  }
}

export type Summary = ReturnType<typeof summaryOf>

/** What the text says of the two runs. Throws where the numbers say otherwise: it is then for the text to change. */
export function checkSeen(plain: Summary, ahead: Summary): void {
  const claims: { readonly [claim: string]: boolean } = {
    'in simultaneous play one mode has most of the samples at about every second look':
      plain.held > 0.4 && plain.held < 0.7,
    'that mode changes at least ten times': plain.hops >= 10,
    'seldom two modes are served at once': plain.served < 1.2,
    'every mode has its turn': plain.visited === modes,
    'the unrolled generator serves every mode at every look': ahead.served === modes,
    'nine of ten of its samples are at modes': ahead.near > 0.9,
  }
  const wrong = Object.keys(claims).filter(claim => !claims[claim])
  if (wrong.length > 0)
    throw new Error(
      `mode-hopping: the text says that ${wrong.join(', that ')}; the runs came to ${JSON.stringify({ plain, ahead })}: mend the text`,
    )
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

/** The figure of two runs. Throws where its text does not hold of them. */
export function drawn(plain: readonly Look[], ahead: readonly Look[]): Drawn {
  const [one, other] = [summaryOf(plain), summaryOf(ahead)]
  checkSeen(one, other)
  const snapshots = (found: readonly Look[]) =>
    shown.map(step => snapshot(found.find(look => look.step === step)!))
  const row = (name: string, of: Summary) => [
    name,
    percent(of.near),
    percent(of.top),
    percent(of.held),
    `${of.hops}`,
    number(of.served, 1),
    `${of.visited}`,
  ]
  return {
    picture: grid(
      [
        grid([strip(`Simultaneous play: share of samples within ${within} of each mode`, plain)]),
        grid(snapshots(plain)),
        grid([strip(`The generator looks ${look} moves of the critic ahead (unrolled)`, ahead)]),
        grid(snapshots(ahead)),
      ],
      1,
    ),
    description:
      'Two runs on a ring of eight Gaussians. In simultaneous play nearly all samples sit at one mode or are on their way to another, and every mode has its turn; the unrolled generator has samples at all eight modes from early on',
    text: `Eight Gaussians on a ring of radius ${radius} (deviation ${deviation}; rings in the snapshots), ${samples} samples of one set of latents (dots), every ${every} of ${steps.toLocaleString('en-US')} steps; seed ${seed}. A sample belongs to the nearest mode if that is within ${within}, about a quarter of the way to the next; the
strips show the others as "none". In simultaneous play the samples are one heap: at about every second look one mode has most of them, and otherwise they are on their way, for that mode is another again and again (${one.hops} changes in the second half of the run). The critic, slow to answer, refuses the mode
where the heap is, and all of it leaves for the one that pleases the critic most at the moment: over time every mode has its turn, and never more than one or two at once. Looking through ${look} moves of the critic, the generator sees the refusal coming, and has no reason to
put all samples in one place: it serves all ${modes} modes at every look of the second half, with ${percent(other.near)} of its samples at modes. Means over the second half of the runs:

${table(
  [
    'play',
    `samples within ${within} of a mode`,
    'of the largest mode',
    'looks at which one mode has most samples',
    'changes of that mode',
    'modes with half of their due',
    'modes with that at some look',
  ],
  [
    row('simultaneous', one),
    row(`unrolled, ${look}`, other),
    ['the data', '100 %', percent(1 / modes), '0 %', '0', number(modes, 1), `${modes}`],
  ],
)}

Metz et al. 2017 ([1611.02163](https://arxiv.org/abs/1611.02163)), figure 1, with networks after its appendix A (two layers of 128 rectified units, orthogonal kernels times .8, points scaled down by 4 for the critic), latents of ${dimensions} numbers and Adam at 1e-3 and 1e-4 with beta1 .5, here with batches of ${batch} for
${steps.toLocaleString('en-US')} steps, there of 512 for 25,000. Unrolled moves are those of the critic's own Adam.`,
  }
}

/** Mode hopping, and what looking ahead does about it. */
export const modeHopping: Figure = {
  name: 'mode-hopping',
  title: 'Mode hopping, and looking ahead',
  quick: false,
  draw: async () => {
    await useBackend('wasm')
    return drawn(await run(simultaneous()), await run(unrolled({ steps: look })))
  },
}
