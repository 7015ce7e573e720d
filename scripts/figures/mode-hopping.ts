import { COLORS, dots, grid, type Mark, type Picture, type Point, plot } from '@equilibria/analysis'
import { mlp } from '@equilibria/architectures'
import { useBackend } from '@equilibria/backends'
import {
  adam,
  type Dynamics,
  fold,
  gan,
  gaussianLatent,
  key,
  makeStep,
  release,
  sampling,
  scoped,
  sgd,
  simultaneous,
  tensorsOf,
  unrolled,
} from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating } from '@equilibria/losses'
import { type Drawn, type Figure, number, table } from './figure.ts'

const steps = 2000
const batch = 128
const seed = 2
const look = 5
const lookRate = 0.05
const every = 20
const shown = [400, 800, 1200, 1600, 2000]
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

/** What a generator draws in the course of a run, from the same latents at every look. */
export async function run(dynamics: Dynamics): Promise<Look[]> {
  const latent = gaussianLatent(32)
  const generator = mlp.generator({ shape: [2], dimensions: 32, hidden: [128, 128] })
  const game = gan({
    generator,
    critic: mlp.critic({ shape: [2], hidden: [64, 64] }),
    latent,
    loss: nonSaturating(),
  })
  const optimizer = { generator: adam(1e-3, { beta1: 0.5 }), critic: adam(1e-4, { beta1: 0.5 }) }
  const step = makeStep({ game, dynamics, optimizer })
  const z = latent.draw(key(99), samples)
  const found: Look[] = []
  let state = step.init(seed)
  for (let i = 0; i <= steps; i++) {
    if (i % every === 0) {
      const drawn = scoped(() => generator.apply(state.params.generator, z, sampling()))
      const xs = await drawn.data()
      drawn.dispose()
      const points = Array.from({ length: samples }, (_, r): Point => [xs[2 * r]!, xs[2 * r + 1]!])
      found.push({ step: i, points })
    }
    if (i === steps) break
    const rows = await data.at({ step: i, n: batch, key: fold(key(seed), 'data') })
    const next = step.next(state, [rows])
    release(tensorsOf(state), tensorsOf(next))
    release(rows as never)
    state = next
  }
  release(tensorsOf(state))
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
  const late = found.filter(({ step }) => step >= steps / 2)
  const shares = late.map(({ points }) => sharesOf(points))
  const middles = late.map(({ points }): Point => [mean(points.map(p => p[0])), mean(points.map(p => p[1]))])
  // The mode that has most of the samples, where one has.
  const holders = shares.map(of => of.findIndex(share => share > most)).filter(mode => mode >= 0)
  return {
    /** Share of samples that belong to a mode, and to the largest. */
    near: mean(shares.map(total)),
    top: mean(shares.map(of => Math.max(...of))),
    /** Modes with half of their due, an eighth, at least: at a look, and at one look or another. */
    served: mean(shares.map(of => of.filter(share => share >= 0.5 / modes).length)),
    visited: Array.from({ length: modes }, (_, k) => k).filter(k => shares.some(of => of[k]! >= 0.5 / modes))
      .length,
    /** Share of the looks at which a mode has most of the samples. */
    held: holders.length / late.length,
    /** The least and the largest distance of the samples' own middle from that of the ring. */
    swing: [Math.min, Math.max].map(of => of(...middles.map(([x, y]) => Math.hypot(x, y)))),
    /** Distance of samples from the middle of the ring. */
    radius: mean(late.map(({ points }) => mean(points.map(([x, y]) => Math.hypot(x, y))))),
    /** Root mean square distance of samples from their own middle, which is the radius for data. */
    spread: mean(
      late.map(({ points }, i) =>
        Math.sqrt(mean(points.map(([x, y]) => (x - middles[i]![0]) ** 2 + (y - middles[i]![1]) ** 2))),
      ),
    ),
  }
}

export type Summary = ReturnType<typeof summaryOf>

/** What the text says of the two runs. Throws where the numbers say otherwise: it is then for the text to change. */
export function checkSeen(plain: Summary, ahead: Summary): void {
  const claims: { readonly [claim: string]: boolean } = {
    'in simultaneous play the samples are one heap': plain.spread < radius / 4,
    'the heap swings through the middle and out across the ring':
      plain.swing[0]! < radius / 4 && plain.swing[1]! > 1.5 * radius,
    'it comes past several modes': plain.visited >= 4,
    'it stays at none': plain.held < 0.1 && plain.near < 0.2,
    'unrolled samples are spread over more than three times as far': ahead.spread > 3 * plain.spread,
    'and their middle stays within the ring': ahead.swing[1]! < radius / 2,
    'few of them are at modes': ahead.near < 0.2,
    'no mode has half of its due at any look': ahead.visited === 0,
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
    number(of.served, 1),
    `${of.visited}`,
    number(of.radius, 2),
    number(of.spread, 2),
  ]
  return {
    picture: grid(
      [
        grid([strip(`Simultaneous play: share of samples within ${within} of each mode`, plain)]),
        grid(snapshots(plain)),
        grid([strip(`The generator looks ${look} steps of the critic ahead (unrolled)`, ahead)]),
        grid(snapshots(ahead)),
      ],
      1,
    ),
    description:
      'Two runs on a ring of eight Gaussians. In simultaneous play the samples are one heap that swings through the middle of the ring and across it, past one mode and another, and stays at none; the unrolled generator keeps its samples spread, few of them at modes',
    text: `Eight Gaussians on a ring of radius ${radius} (deviation ${deviation}; rings in the snapshots), ${samples} samples of one set of latents (dots), every ${every} of ${steps} steps; seed ${seed}, batch ${batch}, Adam at 1e-3 for the generator and 1e-4 for the
critic, the same for both runs. A sample belongs to the nearest mode if that is within ${within}, about a quarter of the way to the next; the strips show the others as "none". Simultaneous play makes one heap of all samples, which goes where the critic, slow to answer,
is most pleased at the moment, and overshoots: in the second half of the run the middle of the heap is between ${number(one.swing[0]!, 2)} and ${number(one.swing[1]!, 2)} from that of the ring, it comes past ${one.visited} of the ${modes} modes and stays at none. That is not yet the mode hopping of the paper, whose generator, in a longer run,
settles at one mode until the critic refuses it there, and then at another. Looking through ${look} moves of the critic (gradient steps at rate ${lookRate}), the generator sees the refusal coming: its
samples stay spread, ${number(other.spread, 2)} from their own middle instead of ${number(one.spread, 2)}, and that middle within ${number(other.swing[1]!, 2)} of the ring's. They are no nearer to the modes for that (${percent(other.near)} belong to one, and no mode has half of its due at any look): it is kept
from collapse, and has not learned the modes. One seed and a small budget. Means over the second half of the runs:

${table(
  [
    'play',
    `samples within ${within} of a mode`,
    'of the largest mode',
    'looks at which one mode has most samples',
    'modes with half of their due',
    'modes with that at some look',
    'distance of samples from the middle',
    'from their own middle',
  ],
  [
    row('simultaneous', one),
    row(`unrolled, ${look}`, other),
    [
      'the data',
      '100 %',
      percent(1 / modes),
      '0 %',
      number(modes, 1),
      `${modes}`,
      number(radius, 2),
      number(radius, 2),
    ],
  ],
)}

Metz et al. 2017 ([1611.02163](https://arxiv.org/abs/1611.02163)), the ring of Gaussians, there with a longer run and latents of 256 numbers.`,
  }
}

/** Mode hopping, and what looking ahead does about it. */
export const modeHopping: Figure = {
  name: 'mode-hopping',
  title: 'Towards mode hopping: a heap that does not settle',
  quick: false,
  draw: async () => {
    await useBackend('wasm')
    return drawn(await run(simultaneous()), await run(unrolled({ steps: look, inner: sgd(lookRate) })))
  },
}
