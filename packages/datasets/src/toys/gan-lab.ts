import type { Dataset } from '../dataset.ts'
import { type Mixture, type ModalMixture, mixture, modalMixture } from './mixture.ts'
import { type ToyOptions, toy } from './toy.ts'

// The distributions of GAN Lab (Kahng et al. 2019). It draws them in the unit square; here they are moved to [-1, 1]^2 by
// x -> 2x - 1, so that deviations and lengths are twice its own.

/** GAN Lab's line: a segment from (0.6, 0.2) to (-0.9, 0.8), uniform along it, with noise of deviation 0.02. */
export const line = (options: ToyOptions = {}): Dataset =>
  toy(
    {
      name: 'line',
      range: [-1, 1],
      draw: (u, z0, z1) => [0.6 - 1.5 * u + 0.02 * z0, 0.2 + 0.6 * u + 0.02 * z1],
    },
    options,
  )

/** GAN Lab's two Gaussians: a round one and a tall one. */
export const gaussians = (options: ToyOptions = {}): Mixture =>
  mixture(
    'gaussians',
    [
      { centre: [-0.4, 0.4], deviations: [0.2, 0.2] },
      { centre: [0.4, -0.2], deviations: [0.1, 0.4] },
    ],
    options,
  )

/** GAN Lab's three small Gaussians far apart: modes that a generator drops easily. */
export const disjoint = (options: ToyOptions = {}): ModalMixture =>
  modalMixture(
    'disjoint',
    {
      centres: [
        [-0.3, 0.5],
        [0.5, 0.2],
        [-0.1, -0.3],
      ],
      deviation: 0.05,
    },
    options,
  )

/** GAN Lab's ring: a closed ellipse around (0, -0.1) with semi-axes 0.6 and 0.5 and noise of deviation 0.05. */
export const ellipse = (options: ToyOptions = {}): Dataset =>
  toy(
    {
      name: 'ellipse',
      range: [-1, 1],
      draw: (u, z0, z1) => [
        0.6 * Math.cos(2 * Math.PI * u) + 0.05 * z0,
        -0.1 + 0.5 * Math.sin(2 * Math.PI * u) + 0.05 * z1,
      ],
    },
    options,
  )
