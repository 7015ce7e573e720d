import type { Dataset } from '../dataset.ts'
import { type ToyOptions, toy } from './toy.ts'

/** Options of `twoMoons`. */
export interface TwoMoonsOptions extends ToyOptions {
  /** Standard deviation of the noise around the arcs. */
  readonly noise?: number
}

/** Defaults of `twoMoons`. */
export const twoMoonsOptions = { noise: 0.05 } as const

/**
 * Two interleaving half circles of radius 1, centred at (-0.5, -0.25) and (0.5, 0.25), with Gaussian noise: points
 * float32 [n, 2]; label 0 is the upper moon.
 */
export const twoMoons = ({ noise = twoMoonsOptions.noise, ...options }: TwoMoonsOptions = {}): Dataset =>
  toy(
    {
      name: 'twoMoons',
      range: [-2, 2],
      parts: 2,
      draw(u, z0, z1) {
        const upper = u < 0.5
        const angle = Math.PI * (upper ? 2 * u : 2 * u - 1)
        const [x, y] = upper
          ? [Math.cos(angle) - 0.5, Math.sin(angle) - 0.25]
          : [0.5 - Math.cos(angle), 0.25 - Math.sin(angle)]
        return [x + noise * z0, y + noise * z1, upper ? 0 : 1]
      },
    },
    options,
  )
