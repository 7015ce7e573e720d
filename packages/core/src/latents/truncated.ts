import { expectLatent, type Latent } from '../latent.ts'

/**
 * The truncation trick: latents of which no number is larger than `threshold` in size, as if those that are were drawn again.
 * Samples get better and less varied as the threshold falls; the same key gives the same samples, closer to the mean.
 * Source: Brock et al. 2019 (BigGAN, arXiv 1809.11096), section 3.1.
 * Throws on a threshold that is not positive and on latents that cannot be truncated.
 */
export function truncated(threshold: number, latent: Latent): Latent {
  if (!(threshold > 0))
    throw new Error(`truncated: expected a threshold > 0, got ${threshold}; 0.5 to 2 are usual`)
  expectLatent('truncated', latent)
  if (!latent.truncated)
    throw new Error(
      'truncated: these latents do not say how to truncate them; gaussianLatent and uniformLatent do, yours can with truncated(threshold) => latent',
    )
  return latent.truncated(threshold)
}
