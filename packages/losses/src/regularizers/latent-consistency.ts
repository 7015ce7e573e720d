import { checkNumber, fold, normal, type Regularizer, type Scene, termMaker } from '@equilibria/core'
import { add, mean, mul, type Scalar, square, sub } from '@tensorflow/tfjs-core'
import { meanSquaredDistance } from './rows.ts'

/** Options of `latentConsistency` and `latentSensitivity`. */
export interface LatentConsistencyOptions {
  /** Lambda. */
  weight?: number
  /** Sigma: latents are disturbed by N(0, sigma^2 I). */
  deviation?: number
}

/** G(T(z)), T(z) = z + sigma n with keyed n: the same disturbed rows for both players in a turn. */
const disturbed = ({ latents, generate, key }: Scene, deviation: number) =>
  generate!(add(latents!, mul(deviation, normal(fold(key, 'latentConsistency'), latents!.shape))))

const check = (who: string, weight: number, deviation: number) => {
  checkNumber(`${who}: weight`, weight)
  checkNumber(`${who}: deviation`, deviation, { positive: true, hint: '.03 to .1 are usual' })
}

const needs = ['latents', 'generate'] as const

/**
 * Latent consistency, the critic's part of zCR: weight E(D(G(z)) - D(G(z + dz)))^2, dz ~ N(0, sigma^2 I).
 * Source: Zhao et al. 2021 (ICR, arXiv 2002.04724), algorithm 2 (L_dis). Goes with the generator's `latentSensitivity`; with
 * `balancedConsistency` as well it is ICR.
 * Throws on a weight < 0 and a deviation that is not positive; needs a generator of latents.
 */
export const latentConsistency = termMaker(
  'latentConsistency',
  ({ weight = 5, deviation = 0.05 }: LatentConsistencyOptions = {}): Regularizer => {
    check('latentConsistency', weight, deviation)
    const term: Regularizer = scene =>
      mul(
        weight,
        mean(square(sub(scene.critic(scene.fake), scene.critic(disturbed(scene, deviation))))),
      ) as Scalar
    return Object.assign(term, { needs })
  },
)

/**
 * Latent sensitivity, the generator's part of zCR: -weight E|G(z) - G(z + dz)|^2, dz ~ N(0, sigma^2 I): what the critic must not
 * tell apart the generator shall still make different.
 * Source: Zhao et al. 2021 (ICR, arXiv 2002.04724), algorithm 2 (L_gen); squares are summed over a row.
 * Throws on a weight < 0 and a deviation that is not positive; needs a generator of latents.
 */
export const latentSensitivity = termMaker(
  'latentSensitivity',
  ({ weight = 0.5, deviation = 0.05 }: LatentConsistencyOptions = {}): Regularizer => {
    check('latentSensitivity', weight, deviation)
    const term: Regularizer = scene =>
      mul(-weight, meanSquaredDistance(scene.fake, disturbed(scene, deviation))) as Scalar
    return Object.assign(term, { needs })
  },
)
