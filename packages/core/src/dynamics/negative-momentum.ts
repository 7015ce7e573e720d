import { add, mul } from '@tensorflow/tfjs-core'
import { type Dynamics, expectDynamics } from '../dynamics.ts'
import { adjustedMoves } from './adjusted-moves.ts'
import { alternating } from './alternating.ts'

/**
 * Negative momentum: a player takes back a part of its last move each time it moves, w <- w + m + momentum (w - w'), with momentum
 * in (-1, 0); m is the move its optimizer wants, w' where the player was before its last move. With `sgd` this is the heavy ball of the
 * paper (and `sgd(rate, { momentum })`); with `adam` moments are Adam's own, and its moves carry the momentum on top. It helps where players
 * alternate, as they do unless told otherwise: on bilinear games no momentum makes simultaneous play converge.
 * Source: Gidel et al. 2019 (arXiv 1807.04740), section 5.
 * Throws on a momentum outside (-1, 0) and on what is no dynamics.
 */
export function negativeMomentum(momentum = -0.5, dynamics: Dynamics = alternating({})): Dynamics {
  if (!(momentum > -1 && momentum < 0))
    throw new Error(
      `negativeMomentum: the momentum must lie in (-1, 0), got ${momentum}; positive momentum is an option of sgd`,
    )
  expectDynamics('negativeMomentum', dynamics)
  return adjustedMoves(dynamics, {
    move: (wanted, last) => add(wanted, mul(momentum, last)),
    remember: 'made',
  })
}
