import type { Regularizers } from '@equilibria/core'
import type { Augmentation } from '../augmentations/flip-and-shift.ts'
import { balancedConsistency } from './consistency.ts'
import { latentConsistency, latentSensitivity } from './latent-consistency.ts'

/** Options of `improvedConsistency`: the weights of its four parts. */
export interface ImprovedConsistencyOptions {
  real?: number
  fake?: number
  critic?: number
  generator?: number
  /** Sigma of the disturbance of latents. */
  deviation?: number
  augmentation?: Augmentation
}

/**
 * Improved consistency regularization (ICR): bCR and both parts of zCR, as terms for both players: `gan({ ..., ...improvedConsistency() })`.
 * Source: Zhao et al. 2021 (arXiv 2002.04724), section 3. Throws as its parts do.
 */
export function improvedConsistency({
  real,
  fake,
  critic,
  generator,
  deviation,
  augmentation,
}: ImprovedConsistencyOptions = {}): { criticTerms: Regularizers; generatorTerms: Regularizers } {
  return {
    criticTerms: {
      balancedConsistency: balancedConsistency(given({ real, fake, augmentation })),
      latentConsistency: latentConsistency(given({ weight: critic, deviation })),
    },
    generatorTerms: { latentSensitivity: latentSensitivity(given({ weight: generator, deviation })) },
  }
}

/** The options that are there: others have their defaults. */
const given = <O extends object>(options: O) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof O]?: NonNullable<O[K]>
  }
