import {
  checkNumber,
  leaves,
  mapTree,
  type Params,
  type Regularizer,
  type Slot,
  termMaker,
} from '@equilibria/core'
import {
  add,
  clone,
  div,
  mul,
  type Scalar,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

type History = { readonly mean: Params; readonly t: Tensor; readonly [k: string]: Params }

/**
 * Historical averaging: weight |p - mean of p over all past steps|^2 over the player's own parameters, the mean, held in the
 * term's slot, beginning with the first parameters. It damps orbits about an equilibrium.
 * Source: Salimans et al. 2016 (arXiv 1606.03498), section 3.3. Throws on a weight < 0.
 */
export const historicalAveraging = termMaker('historicalAveraging', (weight = 1): Regularizer => {
  checkNumber('historicalAveraging: weight', weight)
  const term: Regularizer = ({ own, slot }) => {
    const past = leaves<Tensor>((slot as History).mean)
    const distances = leaves<Tensor>(own).map((p, i) => sum(square(sub(p, past[i]!))))
    return mul(weight, distances.reduce(add, scalar(0) as Tensor)) as Scalar
  }
  const slot: Slot<History> = {
    init: players => ({ mean: mapTree((p: Tensor) => clone(p), only(players)) as Params, t: scalar(1) }),
    next: ({ mean, t }, { params }) => {
      const count = add(t, 1)
      const moved = (m: Tensor, p: Tensor) => add(m, div(sub(p, m), count))
      return { mean: mapTree(moved, mean as Params, only(params)) as Params, t: count }
    },
  }
  return Object.assign(term, { slot })
})

/** A player's own slot is shown that player alone. */
const only = (players: { readonly [player: string]: Params }): Params => Object.values(players)[0]!
