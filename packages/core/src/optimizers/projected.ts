import { allowed, type Optimizer } from '../optimizer.ts'
import type { Params } from '../tree.ts'

/**
 * Lets `optimizer` move, then puts the parameters back into a set: projected gradient descent. `project` maps parameters to
 * the nearest ones allowed; the first parameters are as their network made them. A bound that `optimizer` keeps is taken to hold in the
 * set too. Dynamics that lengthen or bend moves put parameters back in the set as well.
 */
export const projected = (project: (params: Params) => Params, optimizer: Optimizer): Optimizer => ({
  init: optimizer.init,
  ...(optimizer.lipschitz && { lipschitz: true }),
  project: params => project(allowed(optimizer, params)),
  update(grads, state, params) {
    const [moved, next] = optimizer.update(grads, state, params)
    return [project(moved), next]
  },
})
