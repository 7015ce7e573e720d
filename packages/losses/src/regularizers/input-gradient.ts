import { gradients, type Regularizer } from '@equilibria/core'
import { type Scalar, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { rowAxes } from './rows.ts'

/**
 * |grad_x D(x)|^2 for each row of x [n, ...], shape [n]; differentiable in x and in whatever the critic depends on.
 * Rows get gradients of their own only if the critic treats rows apart (so no batch norm in it). Where the critic
 * gives several logits a row, it is the gradient of their sum. Throws on rows that are not float32.
 */
export function squaredGradientNorms(critic: (x: Tensor) => Tensor, x: Tensor): Tensor {
  if (x.dtype !== 'float32')
    throw new Error(
      `a gradient penalty differentiates in the critic's input, but its rows are ${x.dtype}: cast them to float32`,
    )
  const { grads } = gradients(() => sum(critic(x)) as Scalar, [x])
  return sum(square(grads[0]!), rowAxes(x))
}

/** A penalty on the critic's slope, which bounds it, as some losses need, unless its weight is 0. */
export const bounding = (weight: number, penalty: Regularizer): Regularizer =>
  Object.assign(penalty, { lipschitz: weight > 0 })
