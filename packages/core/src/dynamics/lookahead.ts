import { add, greaterEqual, type Scalar, scalar, where } from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import { type Dynamics, expectDynamics } from '../dynamics.ts'
import type { Players } from '../game.ts'
import { perPlayer } from '../jacobian.ts'
import { allowed } from '../optimizer.ts'
import type { Tree } from '../tree.ts'
import { choose, minus, plus } from './arithmetic.ts'
import { simultaneous } from './simultaneous.ts'

/** Options of `lookahead`. */
export interface LookaheadOptions {
  /** Steps of the players between two backtrackings. */
  readonly k?: number
  /** How much of the way is kept when they backtrack, in (0, 1). */
  readonly alpha?: number
  /** How players move in between; simultaneous unless given. */
  readonly dynamics?: Dynamics
}

/**
 * Lookahead-minmax: players move by another dynamics, and every k-th step all of them at once fall back to the point they keep in mind plus
 * `alpha` of the way they have come since, which is then the point to keep. Optimizer states are not touched: with Adam its moments go on. The state
 * holds one more copy of all parameters; the backtracking is a mask on a count in the state.
 * Source: Chavdarova et al. 2021 (arXiv 2006.14567), algorithm 1.
 * Throws on a k < 1, on an alpha outside (0, 1) and on what is no dynamics.
 */
export function lookahead({
  k = 5,
  alpha = 0.5,
  dynamics = simultaneous(),
}: LookaheadOptions = {}): Dynamics {
  checkCount('lookahead: k', k)
  if (!(alpha > 0 && alpha < 1)) throw new Error(`lookahead: alpha must lie in (0, 1), got ${alpha}`)
  expectDynamics('lookahead', dynamics)
  return {
    ...dynamics,
    init: players => ({ inner: dynamics.init(players), kept: players, count: scalar(0) }),
    step(field, optimizers, start, state) {
      const { inner, kept, count } = state as { inner: Tree; kept: Players; count: Scalar }
      const [moves, memo] = dynamics.step(field, optimizers, start, inner)
      const done = add(count, 1) as Scalar
      const due = greaterEqual(done, k) as Scalar
      // Where the first point that is kept was not allowed, neither are points on the way from it.
      const back = perPlayer(start.params, who =>
        allowed(optimizers[who], plus(kept[who]!, alpha, minus(moves.params[who]!, kept[who]!))),
      ) as unknown as typeof start.params
      return [
        { ...moves, params: choose(due, back, moves.params) },
        { inner: memo, kept: choose(due, back, kept), count: where(due, scalar(0), done) },
      ]
    },
  }
}
