import { type Regularizer, type Schedule, termMaker } from '@equilibria/core'
import { zeroCentred } from './input-gradient.ts'

/**
 * R2: gamma/2 E|grad D(G(z))|^2 over generated rows. The fakes are not detached: among the generator's terms it moves the
 * generator too. Gamma may fall with the steps, as that of `r1`.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 4.1. Throws on a gamma that is neither a number >= 0 nor a schedule.
 */
export const r2 = termMaker(
  'r2',
  (gamma: Schedule = 1): Regularizer => zeroCentred('r2', gamma, ({ fake }) => fake),
)
