import { mul, neg, type Scalar, scalar, softplus, type Tensor } from '@tensorflow/tfjs-core'
import type { Game, Turn } from '../game.ts'
import type { Key } from '../key.ts'
import { makeStep, type StepParts } from '../step.ts'

/** Two players of one number each. */
export type Pair = { x: Tensor; y: Tensor }

/** A point of the plane. */
export type Point = readonly [x: number, y: number]

/** A game that begins at `from`. */
const pairGame = (from: Point, x: (all: Pair) => Scalar, y: (all: Pair) => Scalar): Game<Pair, null> => ({
  x: { init: () => scalar(from[0]), cost: all => ({ cost: x(all) }) },
  y: { init: () => scalar(from[1]), cost: all => ({ cost: y(all) }) },
})

/** The bilinear game: x minimises xy, y maximises it; its equilibrium is the origin. */
export const bilinear = (from: Point = [3, 4]) =>
  pairGame(
    from,
    ({ x, y }) => mul(x, y),
    ({ x, y }) => neg(mul(x, y)),
  )

/**
 * The Dirac-GAN with the minimax loss: the generator puts all mass on x, the critic is D(t) = y t, the data sits at 0.
 * Mescheder et al. 2018 (arXiv 1801.04406), section 2.
 */
export const dirac = (from: Point = [1, 1]) =>
  pairGame(
    from,
    ({ x, y }) => neg(softplus(mul(x, y))) as Scalar,
    ({ x, y }) => softplus(mul(x, y)) as Scalar,
  )

/** The points a game reaches, the first included. */
export async function path(
  parts: Pick<StepParts<Pair, null>, 'game' | 'dynamics' | 'optimizer'>,
  steps: number,
): Promise<Point[]> {
  const step = makeStep(parts)
  let state = step.init(0)
  const points: Point[] = []
  const note = async () => points.push([(await state.params.x.data())[0]!, (await state.params.y.data())[0]!])
  await note()
  for (let i = 0; i < steps; i++) {
    state = step.next(state, Array<null>(step.draws).fill(null))
    await note()
  }
  return points
}

/** The points that the linear map [[a, b], [c, d]] reaches, in double precision. */
export function linearPath([[a, b], [c, d]]: readonly [Point, Point], from: Point, steps: number): Point[] {
  const points: Point[] = [from]
  for (let i = 0; i < steps; i++) {
    const [x, y] = points.at(-1)!
    points.push([a * x + b * y, c * x + d * y])
  }
  return points
}

/** The largest distance between corresponding points of two paths. */
export const apart = (one: readonly Point[], other: readonly Point[]) =>
  Math.max(...one.map(([x, y], i) => Math.hypot(x - other[i]![0], y - other[i]![1])))

/** What a player saw at one evaluation of its cost. */
export interface Seen {
  readonly who: 'critic' | 'generator'
  readonly batch: string
  readonly key: Key
  readonly step: number
  readonly critic: number
  readonly generator: number
}

/** A game that records every evaluation: both players lose 1 a move at rate 1, so their parameters count their moves. */
export function recorded() {
  const seen: Seen[] = []
  type Players = { critic: Tensor; generator: Tensor }
  const player = (who: Seen['who']) => ({
    init: () => scalar(0),
    cost: (all: Players, turn: Turn<string>) => {
      const [critic, generator] = [all.critic, all.generator].map(t => t.dataSync()[0]!) as [number, number]
      seen.push({
        who,
        batch: turn.batch,
        key: turn.key,
        step: turn.clock.step.dataSync()[0]!,
        critic,
        generator,
      })
      return { cost: neg(all[who]) as Scalar }
    },
  })
  const game: Game<Players, string> = { critic: player('critic'), generator: player('generator') }
  return { game, seen }
}
