import type { Optimizer } from '../optimizer.ts'
import type { Params } from '../tree.ts'

/**
 * Lets `optimizer` move, then puts the parameters back into a set: projected gradient descent. `project` maps parameters to
 * the nearest ones allowed; the first parameters are as their network made them. A bound that `optimizer` keeps is taken to hold in the
 * set too.
 */
export const projected = (project: (params: Params) => Params, optimizer: Optimizer): Optimizer => ({
  init: optimizer.init,
  ...(optimizer.lipschitz && { lipschitz: true }),
  update(grads, state, params) {
    const [moved, next] = optimizer.update(grads, state, params)
    return [project(moved), next]
  },
})
