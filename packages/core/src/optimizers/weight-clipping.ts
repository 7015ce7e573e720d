import { clipByValue, type Tensor } from '@tensorflow/tfjs-core'
import type { Optimizer } from '../optimizer.ts'
import { mapTree } from '../tree.ts'
import { projected } from './projected.ts'

/**
 * Clips every parameter to [-limit, limit] after each move: so the critic of a Wasserstein GAN is kept Lipschitz.
 * Source: Arjovsky et al. 2017 (WGAN, arXiv 1701.07875), algorithm 1, with limit .01. Throws on a limit that is not positive.
 */
export function weightClipping(limit: number, optimizer: Optimizer): Optimizer {
  if (!(limit > 0 && Number.isFinite(limit)))
    throw new Error(`weightClipping: the limit must be a number > 0, got ${limit}; .01 is that of WGAN`)
  return {
    ...projected(params => mapTree((p: Tensor) => clipByValue(p, -limit, limit), params), optimizer),
    lipschitz: true,
  }
}
