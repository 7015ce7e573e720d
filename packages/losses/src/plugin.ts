import { entry, type Plugin, part, type Regularizer } from '@equilibria/core'
import { hinge } from './hinge.ts'
import { leastSquares } from './least-squares.ts'
import { maximumLikelihood } from './maximum-likelihood.ts'
import { minimax } from './minimax.ts'
import { nonSaturating } from './non-saturating.ts'
import { every } from './regularizers/every.ts'
import { gradientPenalty } from './regularizers/gradient-penalty.ts'
import { r1 } from './regularizers/r1.ts'
import { r2 } from './regularizers/r2.ts'
import { relativisticPairing } from './relativistic-pairing.ts'
import { wasserstein } from './wasserstein.ts'

/** The losses and regularizers of this package, by name. */
export const lossesPlugin = {
  name: '@equilibria/losses',
  losses: {
    minimax,
    nonSaturating,
    maximumLikelihood,
    leastSquares: entry(leastSquares, { a: 0, b: 1, c: 1 }),
    hinge,
    wasserstein,
    relativisticPairing,
  },
  regularizers: {
    r1: entry(({ gamma }) => r1(gamma), { gamma: 1 }),
    r2: entry(({ gamma }) => r2(gamma), { gamma: 1 }),
    gradientPenalty: entry(gradientPenalty, { weight: 10, target: 1, sided: 'two' }),
    every: entry(({ k, term }) => every(k, term), { k: 16, term: part('regularizers') }),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Named {
    'losses/minimax': typeof minimax
    'losses/nonSaturating': typeof nonSaturating
    'losses/maximumLikelihood': typeof maximumLikelihood
    'losses/leastSquares': typeof leastSquares
    'losses/hinge': typeof hinge
    'losses/wasserstein': typeof wasserstein
    'losses/relativisticPairing': typeof relativisticPairing
    // By name, options come as one object.
    'regularizers/r1': (options: { gamma?: number }) => Regularizer
    'regularizers/r2': (options: { gamma?: number }) => Regularizer
    'regularizers/gradientPenalty': typeof gradientPenalty
    'regularizers/every': (options: { k: number; term: Regularizer }) => Regularizer
  }
}
