import { mean, type Scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'

/** The axes of one row: all but the first. */
export const rowAxes = (x: Tensor): number[] => [...x.shape.keys()].slice(1)

/** E|a - b|^2: the mean over rows of squared Euclidean distances. */
export const meanSquaredDistance = (a: Tensor, b: Tensor): Scalar =>
  mean(sum(square(sub(a, b)), rowAxes(a))) as Scalar
