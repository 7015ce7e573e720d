import {
  COLORS,
  grid,
  jacobian,
  line,
  type PathPoint,
  pathAngle,
  plot,
  rule,
  split,
  stillField,
} from '@equilibria/analysis'
import { bilinear, type Game, type Params, quadratic } from '@equilibria/core'
import { tensor1d } from '@tensorflow/tfjs-core'
import { type Figure, number, table } from './figure.ts'

type Pair = { readonly [player: string]: Params }
const point = (x: number, y: number): Pair => ({ x: tensor1d([x]), y: tensor1d([y]) })

/** The field (pull x + turn y, pull y - turn x). */
const spiral = (pull: number, turn: number): Game<Pair, unknown> =>
  turn === 1 && pull === 0
    ? (bilinear() as unknown as Game<Pair, unknown>)
    : (quadratic({
        costs: {
          x: {
            matrix: [
              [pull, turn],
              [turn, 0],
            ],
          },
          y: {
            matrix: [
              [0, -turn],
              [-turn, pull],
            ],
          },
        },
      }) as unknown as Game<Pair, unknown>)

const games = [
  ['attraction', spiral(1, 0)],
  ['rotation', spiral(0, 1)],
  ['both', spiral(0.5, 1)],
] as const

/** Where a run might end: close to the equilibrium, the origin, but not at it. */
const [from, to] = [
  [2, 1],
  [0.08, -0.06],
] as const

/** What path-angles of games look like that are understood. */
export const pathAngles: Figure = {
  name: 'path-angle',
  title: 'Path-angle: attraction, rotation and both',
  quick: true,
  draw: async () => {
    const found: (readonly [string, PathPoint[], number])[] = []
    for (const [name, game] of games) {
      const field = stillField(game, { batch: undefined })
      const alphas = Array.from({ length: 141 }, (_, i) => 0.6 + (0.8 * i) / 140)
      found.push([
        name,
        await pathAngle(field, point(...from), point(...to), { alphas }),
        split(await jacobian(field, point(...to))).rotation,
      ])
    }
    const ends = [rule({ y: 0 }), rule({ x: 1 })]
    const picture = grid(
      found.map(([name, points], i) =>
        plot({
          title: name,
          width: 330,
          height: 280,
          x: { domain: [0.6, 1.4], label: 'place on the path, α' },
          y: { domain: [-1.05, 1.05], label: 'cosine of path and gradient' },
          marks: [
            ...ends,
            line(
              points.map(p => [p.alpha, p.angle]),
              { color: COLORS[i]!, width: 2 },
            ),
          ],
        }),
      ),
    )
    const at = (points: readonly PathPoint[], alpha: number) =>
      points.reduce((best, p) => (Math.abs(p.alpha - alpha) < Math.abs(best.alpha - alpha) ? p : best)).angle
    return {
      picture,
      description:
        'Three curves of the path-angle over the last part of a path: a jump from −1 to 1 for attraction, a bump from 0 for rotation, a jump with a bump for both',
      text: `The cosine of the angle between the line from (${from}) to (${to}), where a run might have ended, and the field of gradients on it. The equilibrium is the origin, close by. What
attracts shows as a change of sign, what turns as a bump; training of networks shows both.

${table(
  ['game', 'rotation measure |A|² / |J|²', 'cosine at α = 0.6', 'at α = 1.4'],
  found.map(([name, points, rotation]) => [
    name,
    number(rotation, 2),
    number(at(points, 0.6), 3),
    number(at(points, 1.4), 3),
  ]),
)}

Berard et al. 2020 ([1906.04848](https://arxiv.org/abs/1906.04848)); Balduzzi et al. 2018 ([1802.05642](https://arxiv.org/abs/1802.05642)), lemma 1.`,
    }
  },
}
