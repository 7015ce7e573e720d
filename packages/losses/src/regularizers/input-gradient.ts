import { at, checkNumber, gradients, type Regularizer, type Scene, type Schedule } from '@equilibria/core'
import { div, mean, mul, type Scalar, square, sum, type Tensor } from '@tensorflow/tfjs-core'
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
export const bounding = (weight: Schedule, penalty: Regularizer): Regularizer =>
  Object.assign(penalty, { lipschitz: typeof weight === 'function' || weight > 0 })

/**
 * gamma/2 E|grad D|^2 over the rows that `rowsOf` picks, for the penalty called `name`. Throws on a gamma that is neither a number >= 0
 * nor a schedule.
 */
export function zeroCentred(name: string, gamma: Schedule, rowsOf: (scene: Scene) => Tensor): Regularizer {
  if (typeof gamma === 'number') checkNumber(`${name}: gamma`, gamma, { hint: '0.1 to 10 are usual' })
  return bounding(gamma, scene => {
    const half = typeof gamma === 'number' ? gamma / 2 : div(at(gamma, scene.clock.step), 2)
    return mul(half, mean(squaredGradientNorms(scene.critic, rowsOf(scene)))) as Scalar
  })
}
