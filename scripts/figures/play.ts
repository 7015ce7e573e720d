import {
  COLORS,
  descentArrows,
  grid,
  line,
  type Picture,
  phasePortrait,
  plot,
  stillField,
  trajectory,
} from '@equilibria/analysis'
import {
  alternating,
  bilinear,
  dirac,
  extragradient,
  type Game,
  type Params,
  sgd,
  simultaneous,
} from '@equilibria/core'
import { minimax } from '@equilibria/losses'
import { tensor1d } from '@tensorflow/tfjs-core'
import { type Figure, number, table } from './figure.ts'

const rate = 0.2
const steps = 100

type Pair = { readonly [player: string]: Params }
interface Setting {
  readonly name: string
  readonly game: Game<Pair, unknown>
  readonly players: readonly [string, string]
  readonly axes: readonly [string, string]
  /** The factor by which theory says that simultaneous and extragradient play change the distance a step, near the equilibrium. */
  readonly slope: number
}

const settings: readonly Setting[] = [
  {
    name: 'xy',
    game: bilinear({ from: { x: [1], y: [1] } }) as unknown as Game<Pair, unknown>,
    players: ['x', 'y'],
    axes: ['x, who minimises xy', 'y, who maximises it'],
    slope: 1,
  },
  {
    name: 'Dirac-GAN',
    game: dirac({ loss: minimax(), from: { critic: [1], generator: [1] } }) as unknown as Game<Pair, unknown>,
    players: ['critic', 'generator'],
    axes: ['ψ, the critic’s slope', 'θ, the generator’s point'],
    slope: 0.5,
  },
]

const rules = [
  ['simultaneous', () => simultaneous()],
  ['alternating', ({ players }: Setting) => alternating({ [players[0]]: 1 })],
  ['extragradient', () => extragradient()],
] as const

/** The same game under three rules of play. */
export const play: Figure = {
  name: 'play',
  title: 'Simultaneous, alternating, extragradient',
  quick: true,
  draw: async () => {
    const pictures: Picture[] = []
    const rows: string[][] = []
    for (const setting of settings) {
      const at = Object.fromEntries(setting.players.map(player => [player, tensor1d([0])]))
      const span = [-3, 3] as const
      const field = await descentArrows(stillField(setting.game, { batch: undefined }), at, {
        x: span,
        y: span,
        arrows: 13,
      })
      const distances: { name: string; values: number[] }[] = []
      for (const [i, [name, rule]] of rules.entries()) {
        const points = await trajectory(
          { game: setting.game, dynamics: rule(setting), optimizer: sgd(rate) },
          { steps },
        )
        distances.push({ name, values: points.map(point => Math.hypot(...point)) })
        pictures.push(
          phasePortrait({
            title: `${setting.name}, ${name}`,
            width: 300,
            height: 310,
            x: { domain: span, label: setting.axes[0] },
            y: { domain: span, label: setting.axes[1] },
            field,
            paths: [{ name, points, color: COLORS[i]! }],
            equilibrium: [0, 0],
          }),
        )
      }
      pictures.push(
        plot({
          title: `${setting.name}, distance`,
          width: 330,
          height: 310,
          x: { domain: [0, steps], label: 'step' },
          y: { domain: [0.1, 20], scale: 'log', label: 'distance to the equilibrium' },
          legend: distances.map(({ name }, i) => ({ name, color: COLORS[i]! })),
          marks: distances.map(({ values }, i) =>
            line(
              values.map((v, step) => [step, v]),
              { color: COLORS[i]!, width: 2 },
            ),
          ),
        }),
      )
      const a = rate * setting.slope
      const exact = [Math.hypot(1, a), 1, Math.hypot(1 - a * a, a)]
      for (const [i, { name, values }] of distances.entries())
        rows.push([setting.name, name, number(values[0]!, 3), number(values.at(-1)!, 3), number(exact[i]!)])
    }
    return {
      picture: grid(pictures, 4),
      description:
        'Phase portraits of the games xy and Dirac-GAN: simultaneous play spirals outwards, alternating play circles, extragradient spirals into the equilibrium; beside them the distance to the equilibrium over steps',
      text: `Gradient play at rate ${rate}, ${steps} steps from (1, 1) (ring) to the dot; arrows show where gradient play goes in continuous time, which is around the equilibrium (cross). Simultaneous
play leaves the circle outwards at every step, alternating play stays on a closed curve, extragradient goes inwards. Below, the factor by which a step changes the distance near
the equilibrium, from the eigenvalues of the update: \`sqrt(1 + a²)\`, 1 and \`sqrt((1 − a²)² + a²)\`, with a = rate · 1 for xy and rate · 1/2 for the Dirac-GAN.

${table(['game', 'play', 'distance at first', `after ${steps} steps`, 'factor a step, theory'], rows)}

Goodfellow 2016 ([1701.00160](https://arxiv.org/abs/1701.00160)), section 7.2; Mescheder et al. 2018 ([1801.04406](https://arxiv.org/abs/1801.04406)), section 2; Gidel et al. 2019
([1802.10551](https://arxiv.org/abs/1802.10551)), section 3.`,
    }
  },
}
