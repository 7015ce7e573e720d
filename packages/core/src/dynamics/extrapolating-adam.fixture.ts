import type { Point } from './games.fixture.ts'

/** Adam's options, all of them. */
export interface AdamNumbers {
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Two ways in which a look-ahead can go with Adam. */
export interface Extrapolation {
  /** Whether one looks ahead along the gradient of the last look-ahead point, none at first, instead of the present one. */
  readonly past: boolean
  /**
   * Whether moments and step count are updated at the look-ahead and again at the move, which is Extra-Adam (Gidel et al. 2019, arXiv 1802.10551,
   * algorithm 4); if not, the look-ahead is forgotten and they are updated at the move alone.
   */
  readonly twice: boolean
}

/** The points that extrapolation with Adam reaches on xy, in double precision and nothing but arithmetic. */
export function extrapolatingAdam(
  { rate, beta1, beta2, epsilon }: AdamNumbers,
  { past, twice }: Extrapolation,
  from: Point,
  steps: number,
): Point[] {
  type State = { readonly t: number; readonly mean: Point; readonly square: Point }
  const field = ([x, y]: Point): Point => [y, -x]
  const each = (f: (i: 0 | 1) => number): Point => [f(0), f(1)]
  const moved = (at: Point, g: Point, state: State): [Point, State] => {
    const t = state.t + 1
    const mean = each(i => beta1 * state.mean[i] + (1 - beta1) * g[i])
    const square = each(i => beta2 * state.square[i] + (1 - beta2) * g[i] ** 2)
    const to = each(
      i =>
        at[i] - (rate * (mean[i] / (1 - beta1 ** t))) / (Math.sqrt(square[i] / (1 - beta2 ** t)) + epsilon),
    )
    return [to, { t, mean, square }]
  }
  const points = [from]
  let state: State = { t: 0, mean: [0, 0], square: [0, 0] }
  let last: Point = [0, 0]
  for (let i = 0; i < steps; i++) {
    const at = points.at(-1)!
    const [ahead, trial] = moved(at, past ? last : field(at), state)
    last = field(ahead)
    const [next, after] = moved(at, last, twice ? trial : state)
    state = after
    points.push(next)
  }
  return points
}
