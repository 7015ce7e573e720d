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
import { type Figure, number, table } from './figure.ts'

const steps = 2000
const batch = 128
const seed = 2
const look = 5
const lookRate = 0.05
const every = 20
const shown = [400, 800, 1200, 1600, 2000]
const samples = 500
const data = ring({ radius: 2, deviation: 0.02 })
const modes = data.modes.centres.length

/** What a generator drew, every few steps. */
interface Run {
  readonly step: number
  readonly points: readonly Point[]
  /** The share of samples nearest to each mode. */
  readonly shares: readonly number[]
}

async function run(dynamics: Dynamics): Promise<Run[]> {
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
  const found: Run[] = []
  let state = step.init(seed)
  for (let i = 0; i <= steps; i++) {
    if (i % every === 0) {
      const drawn = scoped(() => generator.apply(state.params.generator, z, sampling()))
      const xs = await drawn.data()
      drawn.dispose()
      const points = Array.from({ length: samples }, (_, r): Point => [xs[2 * r]!, xs[2 * r + 1]!])
      const shares = Array<number>(modes).fill(0)
      for (const [x, y] of points)
        shares[(Math.round((Math.atan2(y, x) * modes) / (2 * Math.PI)) + modes) % modes]! += 1 / samples
      found.push({ step: i, points, shares })
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

/** Shares as cells, darker the larger, a row for each mode. */
const cells =
  (found: readonly Run[]): Mark =>
  ({ x, y }) =>
    found
      .flatMap(({ step, shares }) =>
        shares.map((share, mode) => {
          if (share < 0.01) return ''
          const [left, top] = [x(step - every / 2), y(mode + 0.5)]
          return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${(x(every) - x(0) + 0.3).toFixed(1)}" height="${(y(0) - y(1)).toFixed(1)}" fill="${COLORS[0]}" opacity="${share.toFixed(2)}"/>`
        }),
      )
      .join('')

const snapshot = ({ step, points }: Run): Picture =>
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

const strip = (title: string, found: readonly Run[]): Picture =>
  plot({
    title,
    width: 190 * shown.length,
    height: 200,
    x: { domain: [0, steps], label: 'step' },
    y: {
      domain: [-0.5, modes - 0.5],
      label: 'nearest mode',
      ticks: Array.from({ length: modes }, (_, i) => i),
      format: i => `${i + 1}`,
    },
    marks: [cells(found)],
  })

/** Of the second half of a run: the share of the largest mode, the share of samples that change modes between looks, and the modes served. */
function summary(found: readonly Run[]) {
  const late = found.filter(({ step }) => step >= steps / 2)
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  return {
    top: mean(late.map(({ shares }) => Math.max(...shares))),
    moved: mean(
      late
        .slice(1)
        .map(({ shares }, i) =>
          shares.reduce((sum, share, k) => sum + Math.abs(share - late[i]!.shares[k]!) / 2, 0),
        ),
    ),
    served: mean(late.map(({ shares }) => shares.filter(share => share >= 0.5 / modes).length)),
  }
}

/** Mode hopping, and what looking ahead does about it. */
export const modeHopping: Figure = {
  name: 'mode-hopping',
  title: 'Mode hopping',
  quick: false,
  draw: async () => {
    await useBackend('wasm')
    const plain = await run(simultaneous())
    const ahead = await run(unrolled({ steps: look, inner: sgd(lookRate) }))
    const snapshots = (found: readonly Run[]) =>
      shown.map(step => snapshot(found.find(r => r.step === step)!))
    const picture = grid(
      [
        grid([strip('Simultaneous play: share of samples nearest to each mode', plain)]),
        grid(snapshots(plain)),
        grid([strip(`The generator looks ${look} steps of the critic ahead (unrolled)`, ahead)]),
        grid(snapshots(ahead)),
      ],
      1,
    )
    const row = (name: string, found: readonly Run[]) => {
      const { top, moved, served } = summary(found)
      return [name, number(top, 2), number(moved, 2), number(served, 1)]
    }
    return {
      picture,
      description:
        'Two runs on a ring of eight Gaussians. In simultaneous play nearly all samples sit at one mode, which changes time and again; the unrolled generator spreads over all modes',
      text: `Eight Gaussians on a ring of radius 2 (deviation 0.02; rings in the snapshots), ${samples} samples of one set of latents (dots), every ${every} of ${steps} steps; seed ${seed}, batch ${batch}, Adam at 1e-3 for the generator and 1e-4 for the
critic, the same for both runs. With a critic that answers slowly the generator puts nearly all samples where the critic is most pleased at the moment, the critic learns to refuse them there, and the heap
moves on. Looking through ${look} moves of the critic (gradient steps at rate ${lookRate}), the generator sees the refusal coming. One seed and a small budget: neither run has learned how narrow the modes are. Means over the second half of
the runs:

${table(['play', 'share of the largest mode', `share that changes modes in ${every} steps`, 'modes with at least half of their due'], [row('simultaneous', plain), row(`unrolled, ${look}`, ahead)])}

Metz et al. 2017 ([1611.02163](https://arxiv.org/abs/1611.02163)), the ring of Gaussians, there with a longer run and latents of 256 numbers.`,
    }
  },
}
