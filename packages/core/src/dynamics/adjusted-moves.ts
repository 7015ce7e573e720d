import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dynamics } from '../dynamics.ts'
import type { Players } from '../game.ts'
import { perPlayer } from '../jacobian.ts'
import { allowed, type Optimizer, type Optimizers } from '../optimizer.ts'
import { mapTree, type Params, type Tree } from '../tree.ts'
import { minus, plus, zerosOf } from './arithmetic.ts'

/** An optimizer's own state, and what is remembered of the player's last move. */
type Remembering = { readonly own: Tree; readonly last: Params }

/** How moves are adjusted. */
export interface Adjustment {
  /** The move to make, from the one the optimizer wants (what it would add to a parameter) and the last one, zero at first. */
  move(wanted: Tensor, last: Tensor): Tensor
  /** Which of the two is the next step's last move. */
  readonly remember: 'wanted' | 'made'
}

const adjusted = (optimizer: Optimizer, { move, remember }: Adjustment): Optimizer => ({
  ...optimizer,
  init: params => ({ own: optimizer.init(params), last: zerosOf(params) }),
  update(grads, state, params) {
    const { own, last } = state as Remembering
    const [aims, next] = optimizer.update(grads, own, params)
    const wanted = minus(aims, params)
    const bent = mapTree((w: Tensor, l: Tensor) => move(w, l), wanted, last)
    const moved = allowed(optimizer, plus(params, 1, bent))
    const made = optimizer.project ? minus(moved, params) : bent
    return [moved, { own: next, last: remember === 'wanted' ? wanted : made }]
  },
})

/**
 * `dynamics` whose players' moves are adjusted by what they were at the player's last move. It works on the moves that optimizers
 * make, whichever they are, and stays where they allow parameters to be (`projected`). The state holds one more copy of all parameters.
 */
export const adjustedMoves = (dynamics: Dynamics, adjustment: Adjustment): Dynamics => ({
  ...dynamics,
  init: players => ({ inner: dynamics.init(players), last: zerosOf(players) }),
  step(field, optimizers, start, state) {
    const { inner, last } = state as { inner: Tree; last: Players }
    const [moves, memo] = dynamics.step(
      field,
      perPlayer(start.params, who => adjusted(optimizers[who], adjustment)) as Optimizers<
        typeof start.params
      >,
      {
        params: start.params,
        optimizers: perPlayer(start.params, who => ({ own: start.optimizers[who], last: last[who]! })),
      },
      inner,
    )
    const after = moves.optimizers as unknown as { readonly [who: string]: Remembering }
    return [
      { params: moves.params, optimizers: perPlayer(start.params, who => after[who]!.own) },
      { inner: memo, last: perPlayer(start.params, who => after[who]!.last) },
    ]
  },
})
