import { add, mean, neg, type Scalar, scalar, softplus, type Tensor } from '@tensorflow/tfjs-core'
import type { Game, Players, Turn } from '../game.ts'
import { bilinear } from '../games/bilinear.ts'
import { dirac } from '../games/dirac.ts'
import type { Key } from '../key.ts'
import type { Loss } from '../loss.ts'
import { makeStep, type StepParts } from '../step.ts'
import { leaves } from '../tree.ts'

/** A point of the plane: the numbers of two players of one number each, in the game's order. */
export type Point = readonly [first: number, second: number]

/** The game xy, from (3, 4) unless told otherwise. */
export const xy = (from: Point = [3, 4]) => bilinear({ from: { x: [from[0]], y: [from[1]] } })

const minimax: Loss = {
  critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))) as Scalar,
  generator: fake => neg(mean(softplus(fake))) as Scalar,
}

/** The Dirac-GAN with the minimax loss; points are (critic, generator), from (1, 1) unless told otherwise. */
export const minimaxDirac = (from: Point = [1, 1]) =>
  dirac({ loss: minimax, from: { critic: [from[0]], generator: [from[1]] } })

/** The points a game of two numbers reaches, the first included. */
export async function path<P extends Players>(
  parts: Pick<StepParts<P, unknown>, 'game' | 'dynamics' | 'optimizer'>,
  steps: number,
): Promise<Point[]> {
  const step = makeStep(parts)
  let state = step.init(0)
  const points: Point[] = []
  const note = async () => {
    const numbers = await Promise.all(leaves<Tensor>(state.params).map(t => t.data()))
    points.push(numbers.flatMap(of => [...of]) as unknown as Point)
  }
  await note()
  for (let i = 0; i < steps; i++) {
    state = step.next(state, Array<unknown>(step.draws).fill(null))
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
