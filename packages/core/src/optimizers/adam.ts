import {
  add,
  div,
  exp,
  greater,
  mul,
  onesLike,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { fused, fusedKernels } from '../autodiff/fused.ts'
import { checkNumber } from '../check.ts'
import type { Optimizer } from '../optimizer.ts'
import { fromLeaves, mapTree, type Params } from '../tree.ts'
import { at, expectRate, type Schedule } from './schedule.ts'

/** Options of `adam` and `adamw`. */
export interface AdamOptions {
  /** Decay of the gradient's running mean, in [0, 1). */
  beta1?: number
  /** Decay of the squared gradient's running mean, in [0, 1). */
  beta2?: number
  /** Added to the root of the second moment. */
  epsilon?: number
  /**
   * Makes moves ones that `unrolled` can look through, as its paper does: the root, which has no derivative at 0, counts as constant there. The same
   * moves for a few more operations.
   */
  differentiable?: boolean
}

interface AdamState {
  readonly t: Scalar
  readonly mean: Params
  readonly square: Params
  readonly [k: string]: Params
}

const checkBeta = (name: string, beta: number) => {
  if (!(beta >= 0 && beta < 1)) throw new Error(`adam: ${name} must lie in [0, 1), got ${beta}`)
}

// 1 - beta^t as exp(t log beta): bit-exact after a resume, since t is all there is to restore.
const debias = (beta: number, t: Scalar) => (beta === 0 ? scalar(1) : sub(1, exp(mul(Math.log(beta), t))))

/** The root of a squared gradient's mean, with derivative 0 instead of none where the mean is 0. */
const guardedRoot = (v: Tensor): Tensor => {
  const positive = greater(v, 0)
  return where(positive, sqrt(where(positive, v, onesLike(v))), zerosLike(v))
}

/** Adam with decoupled weight decay: besides Adam's move, p <- p - rate decay p. Source: Loshchilov and Hutter 2019, algorithm 2. */
export function adamw(
  rate: Schedule,
  {
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    decay = 0.01,
    differentiable = false,
  }: AdamOptions & { decay?: number } = {},
): Optimizer {
  expectRate('adam', rate)
  checkBeta('beta1', beta1)
  checkBeta('beta2', beta2)
  checkNumber('adam: epsilon', epsilon, { positive: true })
  checkNumber('adam: decay', decay)
  const rootOf = differentiable ? guardedRoot : (v: Tensor) => sqrt(v)
  const optimizer: Optimizer<AdamState> = {
    differentiable,
    init: params => ({
      t: scalar(0),
      mean: mapTree((p: Tensor) => zerosLike(p), params),
      square: mapTree((p: Tensor) => zerosLike(p), params),
    }),
    update(grads, state, params) {
      const t = add(state.t, 1) as Scalar
      const lr = at(rate, state.t)
      // rate m / d1 / (sqrt(v / d2) + eps), with the scalars gathered so that each parameter costs as few operations as can be.
      const root = sqrt(debias(beta2, t))
      const scale = div(mul(lr, root), debias(beta1, t))
      const eps = mul(epsilon, root)
      const moves: Tensor[][] = []
      mapTree(
        (p: Tensor, g: Tensor, m: Tensor, v: Tensor) => {
          const move = () => {
            const mean = add(mul(m, beta1), mul(g, 1 - beta1))
            const squares = add(mul(v, beta2), mul(square(g), 1 - beta2))
            return [sub(p, mul(scale, div(mean, add(rootOf(squares), eps)))), mean, squares]
          }
          const inputs = { p, g, m, v, rate: scale, epsilon: eps }
          moves.push(fused(fusedKernels.adamMove, inputs, { beta1, beta2 }, move))
        },
        params,
        grads,
        state.mean,
        state.square,
      )
      const [moved, mean, squares] = [0, 1, 2].map(i =>
        fromLeaves(
          params,
          moves.map(move => move[i]!),
        ),
      ) as [Params, Params, Params]
      const shrink = decay === 0 ? undefined : mul(lr, decay)
      const next = shrink ? mapTree((q: Tensor, p: Tensor) => sub(q, mul(shrink, p)), moved, params) : moved
      return [next, { t, mean, square: squares }]
    },
  }
  return optimizer as unknown as Optimizer
}

/** Adam. Source: Kingma and Ba 2015, algorithm 1. GANs are usually trained with beta1 between 0 and .5 (Radford et al. 2016). */
export const adam = (rate: Schedule, options: AdamOptions = {}): Optimizer =>
  adamw(rate, { ...options, decay: 0 })
