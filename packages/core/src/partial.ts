import { clone, engine, type Tensor } from '@tensorflow/tfjs-core'
import { mapTree, type Params } from './tree.ts'

/**
 * The parameters as variables of a partial derivative. A gradient follows every way from its variables to the cost. Within another
 * gradient some of those ways may have been gone before, and lead through what is meant to be held (another player's answer, a direction
 * that was computed from here): so there the parameters are told apart from themselves by a copy that nothing depends on yet.
 */
export const partial = <P extends Params>(params: P): P =>
  engine().state.gradientDepth > 0 ? (mapTree((t: Tensor) => clone(t), params) as P) : params
