import { clockAt, costedBy, key, type Regularizer, type Scene } from '@equilibria/core'
import {
  matMul,
  mul,
  reshape,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core'

/** A scene of three rows of two numbers. */
export function sceneOf(critic: (x: Tensor) => Tensor, over: Partial<Scene> = {}): Scene {
  const scene = {
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
    own: {},
    key: key(1),
    clock: clockAt(0),
    ...over,
  }
  return { onReal: () => critic(scene.real), onFake: () => critic(scene.fake), ...scene }
}

/** A regularizer's value. */
export const costOf = (term: Regularizer, scene: Scene): Scalar => costedBy(term, scene).cost

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
