import { type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { fold, key, normals } from '../index.ts'
import {
  column,
  fixedLatent,
  linearNetwork,
  type Matrices,
  nonSaturating,
  product,
  type Rows,
} from './games.fixture.ts'

/** Three latents [3, 1] and three points [3, 2], the batch. */
export const z = [[1], [-0.5], [2]]
export const data = [
  [1, 2],
  [0, -1],
  [0.5, 0.5],
]
export const batch = () => ({ data: tensor2d(data) })

/** A linear generator of points, its parameters, and the rest of what games of points are made of. */
export const generator = [[0.8, -0.6]]
export const parts = { generator: linearNetwork(1, 2), latent: fixedLatent(z), loss: nonSaturating }

/** Parameters of all players as tensors. */
export const tensorsOfAll = <M extends Matrices>(at: M): { [K in keyof M]: Tensor } =>
  Object.fromEntries(Object.entries(at).map(([who, rows]) => [who, tensor2d(rows as number[][])])) as {
    [K in keyof M]: Tensor
  }

/** What a linear critic says of rows, in double precision. */
export const judged = (rows: Rows, critic: Rows): number[] => column(product(rows, critic))

const noise = normals(fold(key(1), 'code'), 3)
/** Codes drawn from means and log-variances [3, 2], with the noise of the turn. */
export const drawn = (posterior: Rows): number[][] =>
  posterior.map(([mean, logVariance], i) => [mean! + Math.exp(logVariance! / 2) * noise[i]!])
