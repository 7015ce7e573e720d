import type { Dataset } from '@equilibria/datasets'
import { euclideanNorm, mean, reshape, sub, type Tensor } from '@tensorflow/tfjs-core'
import { samplesKey } from './learn.ts'

/** How far rows lie from what became of them, on average, and how far from other rows: the scale to read it by. */
export async function distanceOf(data: Dataset, again: (x: Tensor) => Tensor, n = 500) {
  const rows = async (step: number) => (await data.at({ step, n, key: samplesKey })).data
  const [x, other] = [await rows(0), await rows(1)]
  const between = async (a: Tensor, b: Tensor) =>
    (await mean(euclideanNorm(reshape(sub(a, b), [n, -1]), 1)).data())[0]!
  return { reconstruction: await between(x, again(x)), apart: await between(x, other) }
}
