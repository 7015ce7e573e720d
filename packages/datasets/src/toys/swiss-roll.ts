import type { Dataset } from '../dataset.ts'
import { type ToyOptions, toy } from './toy.ts'

/** Options of `swissRoll`. */
export interface SwissRollOptions extends ToyOptions {
  /** Standard deviation of the noise around the roll. */
  readonly noise?: number
}

/** Defaults of `swissRoll`. */
export const swissRollOptions = { noise: 0.25 / 7.5 } as const

/**
 * A spiral of one and a half turns, (t cos t, t sin t) / 7.5 with t uniform on (1.5 pi, 4.5 pi), and Gaussian noise: points
 * float32 [n, 2]. The defaults (noise 0.25 before the division by 7.5) are the toy of Gulrajani et al. 2017, released code.
 */
export const swissRoll = ({ noise = swissRollOptions.noise, ...options }: SwissRollOptions = {}): Dataset =>
  toy(
    {
      name: 'swissRoll',
      range: [-2.1, 2.1],
      draw(u, z0, z1) {
        const t = Math.PI * (1.5 + 3 * u)
        return [(t * Math.cos(t)) / 7.5 + noise * z0, (t * Math.sin(t)) / 7.5 + noise * z1]
      },
    },
    options,
  )
