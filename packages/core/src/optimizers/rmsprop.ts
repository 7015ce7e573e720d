import {
  add,
  div,
  mul,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { mapTree, type Params } from '../tree.ts'
import { at, expectRate, type Schedule } from './schedule.ts'

/** Options of `rmsprop`. */
export interface RmspropOptions {
  /** Decay of the squared gradient's running mean, in [0, 1). */
  decay?: number
  /** Added to the root of the running mean. */
  epsilon?: number
}

interface RmspropState {
  readonly t: Scalar
  readonly square: Params
  readonly [k: string]: Params
}

/**
 * RMSProp: s <- decay s + (1 - decay) g^2; p <- p - rate g / (sqrt(s) + epsilon).
 * Source: Tieleman and Hinton 2012, lecture 6.5; the optimizer of the first Wasserstein GAN (Arjovsky et al. 2017, algorithm 1).
 */
export function rmsprop(rate: Schedule, { decay = 0.9, epsilon = 1e-8 }: RmspropOptions = {}): Optimizer {
  expectRate('rmsprop', rate)
  if (!(decay >= 0 && decay < 1)) throw new Error(`rmsprop: decay must lie in [0, 1), got ${decay}`)
  checkNumber('rmsprop: epsilon', epsilon, { positive: true })
  const optimizer: Optimizer<RmspropState> = {
    init: params => ({ t: scalar(0), square: mapTree((p: Tensor) => zerosLike(p), params) }),
    update(grads, state, params) {
      const lr = at(rate, state.t)
      const squares = mapTree(
        (s: Tensor, g: Tensor) => add(mul(s, decay), mul(square(g), 1 - decay)),
        state.square,
        grads,
      )
      const next = mapTree(
        (p: Tensor, g: Tensor, s: Tensor) => sub(p, mul(lr, div(g, add(sqrt(s), epsilon)))),
        params,
        grads,
        squares,
      )
      return [next, { t: add(state.t, 1) as Scalar, square: squares }]
    },
  }
  return optimizer as unknown as Optimizer
}
