import { div, maximum, mul, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { expectOptimizer, type Optimizer } from '../optimizer.ts'
import { mapTree } from '../tree.ts'
import { projected } from './projected.ts'

/**
 * Scales the weights into each unit down to a Euclidean norm of at most `limit` after each move. Units are the last axis of a
 * kernel [..., in, out]; parameters of fewer than two axes (biases, gains) are left alone. Of a transposed convolution, [..., out, in],
 * it is the weights out of each input channel.
 * Source: Srebro & Shraibman 2005; with dropout Srivastava et al. 2014 (JMLR 15), section 5.1; Goodfellow et al. 2013 (maxout,
 * arXiv 1302.4389) with 1.9365. Throws on a limit that is not positive.
 */
export function maxNorm(limit: number, optimizer: Optimizer): Optimizer {
  expectOptimizer('maxNorm', optimizer)
  checkNumber('maxNorm: the limit', limit, { positive: true, hint: '1 to 4 are usual' })
  const project = (p: Tensor) => {
    if (p.rank < 2) return p
    const into = [...p.shape.keys()].slice(0, -1)
    return mul(p, div(limit, maximum(sqrt(sum(square(p), into, true)), limit)))
  }
  return projected(params => mapTree(project, params), optimizer)
}
