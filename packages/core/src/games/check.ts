import type { Latent } from '../latent.ts'

/** Throws unless latents are some. */
export function expectLatent(game: string, latent: Latent): void {
  if (typeof latent?.draw === 'function' && latent.dimensions >= 1) return
  throw new Error(
    `${game}: needs latents { dimensions, draw(key, n) }, such as gaussianLatent(64), got ${latent === undefined ? 'none' : typeof latent}`,
  )
}

/** Throws unless latents are some that stay as they are drawn; `why` says what would be moved. */
export function expectStill(game: string, latent: Latent, why: string): void {
  expectLatent(game, latent)
  if (latent.refine)
    throw new Error(
      `${game}: these latents are moved while training (optimised), but ${why}: give the latents that optimised wraps`,
    )
}
