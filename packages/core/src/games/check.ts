import type { Latent } from '../latent.ts'

/** Throws unless an option of a game is a finite number >= 0; `hint` ends the message. */
export function expectNumber(game: string, option: string, value: number, hint = ''): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new Error(`${game}: ${option} must be a number >= 0, got ${value}${hint && `; ${hint}`}`)
}

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
