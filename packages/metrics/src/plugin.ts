import { entry, fromData, type Plugin, required } from '@equilibria/core'
import { classBalance } from './class-balance.ts'
import { frechetDistance } from './frechet-distance.ts'
import { logLikelihood } from './log-likelihood.ts'
import { modeCoverage } from './mode-coverage.ts'

/** The metrics, by name. */
export const metricsPlugin = {
  name: '@equilibria/metrics',
  metrics: {
    modeCoverage: entry(modeCoverage, { modes: fromData }),
    frechetDistance: entry(frechetDistance, { reference: required, name: 'frechet' }),
    classBalance: entry(classBalance, { classes: fromData }),
    logLikelihood,
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Named {
    'metrics/modeCoverage': typeof modeCoverage
    'metrics/frechetDistance': typeof frechetDistance
    'metrics/classBalance': typeof classBalance
    'metrics/logLikelihood': typeof logLikelihood
  }
}
