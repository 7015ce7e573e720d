import { clockAt, key, type Scene } from '@equilibria/core'
import { matMul, mul, reshape, square, sum, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core'

/** A scene of three rows of two numbers. */
export const sceneOf = (critic: (x: Tensor) => Tensor, over: Partial<Scene> = {}): Scene => ({
  critic,
  real: tensor2d([
    [1, 2],
    [-1, 0.5],
    [3, 0],
  ]),
  fake: tensor2d([
    [0, 1],
    [2, 2],
    [-2, 1],
  ]),
  key: key(1),
  clock: clockAt(0),
  ...over,
})

/** D(x) = w . x: its gradient is w everywhere. */
export const linear =
  (...w: [number, number]) =>
  (x: Tensor): Tensor =>
    reshape(matMul(x, reshape(tensor1d(w), [2, 1])), [-1])

/** D(x) = a/2 |x|^2: its gradient is a x. */
export const bowl =
  (a: number) =>
  (x: Tensor): Tensor =>
    mul(a / 2, sum(square(x), 1))

/** Reads a scalar. */
export const read = async (t: Tensor): Promise<number> => (await t.data())[0]!
