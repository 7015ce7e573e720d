import { add, mean, type Scalar, sqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'

/** The axes of one row: all but the first. */
export const rowAxes = (x: Tensor): number[] => [...x.shape.keys()].slice(1)

/** E|a - b|^2: the mean over rows of squared Euclidean distances. */
export const meanSquaredDistance = (a: Tensor, b: Tensor): Scalar =>
  mean(sum(square(sub(a, b)), rowAxes(a))) as Scalar

// The root's derivative is infinite at 0; with this a norm that vanishes still has a gradient.
const EPSILON = 1e-12

/** Norms, given their squares; differentiable at 0. */
export const norms = (squares: Tensor): Tensor => sqrt(add(squares, EPSILON))
