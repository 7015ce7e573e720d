import {
  add,
  div,
  maximum,
  mul,
  type Scalar,
  scalar,
  sqrt,
  square,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { expectOptimizer, type Optimizer } from '../optimizer.ts'
import { leaves, mapTree, type Params } from '../tree.ts'

/** The Euclidean norm of all gradients of a player taken together, a scalar. */
export const globalNorm = (tree: Params): Scalar =>
  sqrt(leaves(tree).reduce<Tensor>((total, leaf) => add(total, sum(square(leaf))), scalar(0))) as Scalar

/**
 * Scales a player's gradients down so that their global norm is at most `limit`, then lets `optimizer` move.
 * Source: Pascanu et al. 2013, algorithm 1. Throws on a limit that is not positive.
 */
export function clipByGlobalNorm(limit: number, optimizer: Optimizer): Optimizer {
  expectOptimizer('clipByGlobalNorm', optimizer)
  checkNumber('clipByGlobalNorm: the limit', limit, {
    positive: true,
    hint: 'to clip nothing use the optimizer as it is',
  })
  return {
    init: optimizer.init,
    ...(optimizer.lipschitz && { lipschitz: true }),
    ...(optimizer.project && { project: optimizer.project }),
    update(grads, state, params) {
      const scale = div(limit, maximum(globalNorm(grads), limit))
      return optimizer.update(
        mapTree((g: Tensor) => mul(g, scale), grads),
        state,
        params,
      )
    },
  }
}
