import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Evaluates `f` so that nothing in it is recorded: to every gradient, of any order, the result is a constant.
 * (An operation without inputs of its own, hence without a way back to `f`'s.)
 */
export const offTape = (f: () => Tensor): Tensor => customGrad(() => ({ value: f(), gradFunc: () => [] }))()
