import { checkNumber, type Regularizer, termMaker } from '@equilibria/core'
import { mul, type Scalar } from '@tensorflow/tfjs-core'
import { meanSquaredDistance } from './rows.ts'

/**
 * The distance that `optimised` latents are moved: weight E|z' - z|^2; 0 for latents that stay as drawn. Goes among the terms of
 * both players. Source: Wu et al. 2019 (CS-GAN, arXiv 1905.06723); Wu et al. 2019 (LOGAN, arXiv 1912.00953), R_z.
 * Throws on a weight < 0; needs latents.
 */
export const latentTransport = termMaker('latentTransport', (weight = 1): Regularizer => {
  checkNumber('latentTransport: weight', weight)
  const term: Regularizer = ({ latents, drawn = latents }) =>
    mul(weight, meanSquaredDistance(latents!, drawn!)) as Scalar
  return Object.assign(term, { needs: ['latents'] as const })
})
