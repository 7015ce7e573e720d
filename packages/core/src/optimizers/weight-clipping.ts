import { clipByValue, type Tensor } from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { expectOptimizer, type Optimizer } from '../optimizer.ts'
import { mapTree } from '../tree.ts'
import { projected } from './projected.ts'

/**
 * Clips every parameter to [-limit, limit] after each move: so the critic of a Wasserstein GAN is kept Lipschitz.
 * Source: Arjovsky et al. 2017 (WGAN, arXiv 1701.07875), algorithm 1, with limit .01. Throws on a limit that is not positive.
 */
export function weightClipping(limit: number, optimizer: Optimizer): Optimizer {
  expectOptimizer('weightClipping', optimizer)
  checkNumber('weightClipping: the limit', limit, { positive: true, hint: '.01 is that of WGAN' })
  return {
    ...projected(params => mapTree((p: Tensor) => clipByValue(p, -limit, limit), params), optimizer),
    lipschitz: true,
  }
}
