import { gradients } from '@equilibria/core'
import { add, type Scalar, square, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { cases } from '../../core/src/autodiff/cases/index.fixture.ts'
import { pose } from '../../core/src/testing/derivatives.ts'

/** A function of tensors with inputs to call it with. */
export interface Computation {
  readonly name: string
  readonly shapes: readonly number[][]
  /** Fresh inputs on the current backend. */
  inputs(): Tensor[]
  readonly f: (xs: Tensor[]) => Tensor[]
}

/**
 * Every case of the gradient gate with its derivatives: the value, its gradient, and the gradient of the gradient's square where the
 * case is right to second order. Together they call every kernel that a training step may be made of.
 */
export const computations: readonly Computation[] = cases.map(spec => {
  const { name, order = 2 } = spec
  const { xs } = pose(spec)
  const total = (ts: Tensor[]) => sum(spec.f(...ts)) as Scalar
  const first = (ts: Tensor[]) => gradients(() => total(ts), ts).grads
  const second = (ts: Tensor[]) =>
    gradients(
      () =>
        first(ts)
          .map(g => sum(square(g)))
          .reduce((a, b) => add(a, b)) as Scalar,
      ts,
    ).grads
  return {
    name,
    shapes: spec.inputs.map(({ shape }) => shape),
    inputs: () => spec.inputs.map(({ shape }, i) => tensor(Float32Array.from(xs[i]!), shape)),
    f: ts => [spec.f(...ts), ...first(ts), ...(order === 2 ? second(ts) : [])],
  }
})
