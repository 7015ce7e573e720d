import { type ModalMixture, modalMixture } from './mixture.ts'
import type { ToyOptions } from './toy.ts'

/** Options of `grid`. */
export interface GridOptions extends ToyOptions {
  /** Gaussians along each side. */
  readonly side?: number
  /** Distance between neighbours. */
  readonly spacing?: number
  readonly deviation?: number
}

/** Defaults of `grid`. */
export const gridOptions = { side: 5, spacing: 2, deviation: 0.05 } as const

/**
 * Gaussians on a square grid centred at the origin: points float32 [n, 2]. The defaults are the protocol of Lin et al. 2018
 * (PacGAN, synthetic data): 25 modes at {-4, -2, 0, 2, 4}^2, standard deviation 0.05, 100,000 points.
 */
export const grid = ({
  side = gridOptions.side,
  spacing = gridOptions.spacing,
  deviation = gridOptions.deviation,
  ...options
}: GridOptions = {}): ModalMixture => {
  const along = Array.from({ length: side }, (_, i) => spacing * (i - (side - 1) / 2))
  const centres = along.flatMap(x => along.map(y => [x, y] as const))
  return modalMixture('grid', { centres, deviation }, options)
}
