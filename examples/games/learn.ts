import { useEngine } from '@equilibria/compile/node'
import { adam, alternating, type Game, key, type Loss, type Players, sampling } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import { mean as meanOf, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

/** Where a script's batches come from. */
interface Source<B> {
  at(query: {
    readonly step: number
    readonly n: number
    readonly key: readonly [number, number]
  }): B | Promise<B>
}

/** How the scripts here differ in training. */
interface Options {
  readonly steps: number
  readonly batch?: number
  readonly rate?: number
  readonly seed?: number
}

/**
 * Trains a game with Adam, players one after the other, compiled where ONNX Runtime is installed, and gives everyone's parameters. The
 * caller owns them.
 */
export async function learn<P extends Players, B>(
  game: Game<P, B>,
  data: Source<B>,
  { steps, batch = 128, rate = 2e-3, seed = 1 }: Options,
): Promise<P> {
  const { engine } = await useEngine('auto', { threads: 1 })
  const { state } = await train({
    game,
    data,
    dynamics: alternating({}),
    optimizer: adam(rate, { beta1: 0.5, beta2: 0.9 }),
    steps,
    batch,
    seed,
    engine,
  })
  return state.params
}

/** A loss whose critic learns and is not heeded: what a game comes to without its adversarial cost. */
export const unheeded = (loss: Loss): Loss => ({
  ...loss,
  generator: fake => mul(0, meanOf(fake)) as Scalar,
})

/** The rows [n, k] of a tensor as lists of numbers. */
export async function rowsOf(x: Tensor): Promise<number[][]> {
  const [flat, width] = [await x.data(), x.size / x.shape[0]!]
  return Array.from({ length: x.shape[0]! }, (_, i) => [...flat.slice(i * width, (i + 1) * width)])
}

/** Which of `centres` is nearest to a point, and how far. */
export function nearest(point: readonly number[], centres: readonly (readonly number[])[]) {
  const distances = centres.map(c => Math.hypot(...c.map((x, i) => x - point[i]!)))
  const distance = Math.min(...distances)
  return { mode: distances.indexOf(distance), distance }
}

/** Share of a list for which something holds. */
export const share = <T>(list: readonly T[], holds: (item: T, i: number) => boolean): number =>
  list.filter(holds).length / list.length

/** The mean of numbers. */
export const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length

/** The context and the key that the scripts sample with. */
export const context = (labels?: Tensor) => sampling({}, { labels })
export const samplesKey = key(99)
