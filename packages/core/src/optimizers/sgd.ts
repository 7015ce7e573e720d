import { add, mul, neg, type Scalar, scalar, sub, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import type { Optimizer } from '../optimizer.ts'
import { mapTree, type Params } from '../tree.ts'
import { at, expectRate, type Schedule } from './schedule.ts'

/** Options of `sgd`. */
export interface SgdOptions {
  /** Share of the last move that is repeated; may be negative (Gidel et al. 2019b) and may be scheduled. */
  momentum?: Schedule
  /** Nesterov's form: the gradient step is taken from where momentum leads. */
  nesterov?: boolean
}

interface SgdState {
  readonly t: Scalar
  readonly velocity: Params
  readonly [k: string]: Params
}

/**
 * Stochastic gradient descent: v <- momentum v - rate g; p <- p + v (or, with Nesterov, p + momentum v - rate g).
 * Source: Sutskever et al. 2013, eqs. 1-4; the form of the released 2014 GAN code.
 * Throws on a rate < 0 and a momentum outside (-1, 1), where they are no schedules, and on Nesterov's form without momentum.
 */
export function sgd(rate: Schedule, { momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  expectRate('sgd', rate)
  if (typeof momentum === 'number' && !(Math.abs(momentum) < 1))
    throw new Error(`sgd: momentum must lie in (-1, 1), got ${momentum}`)
  const plain = momentum === 0
  if (plain && nesterov) throw new Error('sgd: nesterov needs a momentum other than 0')
  const optimizer: Optimizer<SgdState> = {
    differentiable: true,
    init: params => ({ t: scalar(0), velocity: plain ? {} : mapTree((p: Tensor) => zerosLike(p), params) }),
    update(grads, { t, velocity }, params) {
      const lr = at(rate, t)
      const next = { t: add(t, 1) as Scalar }
      if (plain)
        return [mapTree((p: Tensor, g: Tensor) => sub(p, mul(lr, g)), params, grads), { ...next, velocity }]
      const m = at(momentum, t)
      const moved = mapTree((v: Tensor, g: Tensor) => sub(mul(m, v), mul(lr, g)), velocity, grads)
      const parameters = nesterov
        ? mapTree(
            (p: Tensor, v: Tensor, g: Tensor) => add(p, add(mul(m, v), neg(mul(lr, g)))),
            params,
            moved,
            grads,
          )
        : mapTree((p: Tensor, v: Tensor) => add(p, v), params, moved)
      return [parameters, { ...next, velocity: moved }]
    },
  }
  return optimizer as unknown as Optimizer
}
