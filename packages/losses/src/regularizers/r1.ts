import { type Regularizer, type Schedule, termMaker } from '@equilibria/core'
import { zeroCentred } from './input-gradient.ts'

/**
 * R1: gamma/2 E|grad D(x)|^2 over real rows; it makes the equilibrium of a critic and its generator locally attractive. A gamma that
 * falls with the steps (`r1(exponential(10, 0.999, 0.1))`) lets the critic be smooth first and sharp later. As with `gradientPenalty`, no batch
 * norm in the critic.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 4.1; the schedule: Huang et al. 2024 (R3GAN, arXiv 2501.05441).
 * Throws on a gamma that is neither a number >= 0 nor a schedule.
 */
export const r1 = termMaker(
  'r1',
  (gamma: Schedule = 1): Regularizer => zeroCentred('r1', gamma, ({ real }) => real),
)
