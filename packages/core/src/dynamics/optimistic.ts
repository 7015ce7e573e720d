import { mul, sub } from '@tensorflow/tfjs-core'
import { type Dynamics, expectDynamics } from '../dynamics.ts'
import { adjustedMoves } from './adjusted-moves.ts'
import { simultaneous } from './simultaneous.ts'

/**
 * Optimistic play: each player makes its move twice and takes its last one back, w <- w + 2 m - m', where m is the move its
 * optimizer wants now and m' the one it wanted last time (0 at first). With `sgd` this is optimistic mirror descent, w <- w - 2 rate g + rate
 * g'; with `adam` it is Optimistic Adam exactly: Adam's moments see each gradient once, and its moves are extrapolated. The default
 * order of play is simultaneous; the paper's critics of k moves are `optimistic(alternating({ critic: k }))`.
 * Source: Daskalakis et al. 2018 (arXiv 1711.00141), section 2 and algorithm 1; Popov 1980.
 * Throws on what is no dynamics.
 */
export function optimistic(dynamics: Dynamics = simultaneous()): Dynamics {
  expectDynamics('optimistic', dynamics)
  return adjustedMoves(dynamics, { move: (wanted, last) => sub(mul(2, wanted), last), remember: 'wanted' })
}
