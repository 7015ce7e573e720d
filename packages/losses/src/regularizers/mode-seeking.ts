import { checkNumber, type Regularizer, termMaker } from '@equilibria/core'
import {
  abs,
  add,
  concat,
  div,
  maximum,
  mean,
  mul,
  type Scalar,
  slice,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Row i + 1 in row i's place, the first one last. */
const nextRow = (x: Tensor) => concat([slice(x, 1), slice(x, 0, 1)])

const distance = (a: Tensor, b: Tensor) => mean(abs(sub(a, b)))

// As in the released code: a generator that ignores its latents costs 1 / EPSILON, not infinity. Latents of a batch that are all
// equal, which it does not ask of, count as that far apart: they cost the same, and move nothing.
const EPSILON = 1e-5

/**
 * Mode seeking, a term of the generator: weight / (d(G(z), G(z')) / d(z, z') + 1e-5), d the mean absolute difference over a batch. It
 * drives samples of different latents apart, and so asks for modes that are missed. z' are the latents of the next row, under
 * the labels of this one.
 * Source: Mao et al. 2019 (MSGAN, arXiv 1903.05628), L_ms, inverted as in the released code.
 * Throws on a weight < 0 and, in a step, on a single row; needs a generator of latents.
 */
export const modeSeeking = termMaker('modeSeeking', (weight = 1): Regularizer => {
  checkNumber('modeSeeking: weight', weight, { hint: '1 is usual' })
  const term: Regularizer = ({ fake, latents, generate }) => {
    if (latents!.shape[0]! < 2)
      throw new Error(
        'modeSeeking: compares rows of a batch with each other, but got one row; use batches of 2 or more',
      )
    const others = nextRow(latents!)
    const ratio = div(distance(fake, generate!(others)), maximum(distance(latents!, others), EPSILON))
    return mul(weight, div(1, add(ratio, EPSILON))) as Scalar
  }
  return Object.assign(term, { needs: ['latents', 'generate'] as const })
})
