import { type ModalMixture, modalMixture } from './mixture.ts'
import type { ToyOptions } from './toy.ts'

/** Options of `ring`. */
export interface RingOptions extends ToyOptions {
  /** How many Gaussians. */
  readonly count?: number
  readonly radius?: number
  readonly deviation?: number
}

/** Defaults of `ring`. */
export const ringOptions = { count: 8, radius: 1, deviation: 0.01 } as const

/**
 * Gaussians evenly spaced on a circle: points float32 [n, 2]. The defaults are the protocol of Lin et al. 2018 (PacGAN,
 * synthetic data): 8 modes, radius 1, standard deviation 0.01, 100,000 points.
 */
export const ring = ({
  count = ringOptions.count,
  radius = ringOptions.radius,
  deviation = ringOptions.deviation,
  ...options
}: RingOptions = {}): ModalMixture => {
  const centres = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })
  return modalMixture('ring', { centres, deviation }, options)
}
