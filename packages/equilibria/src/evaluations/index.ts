import { entry, type Plugin } from '@equilibria/core'
import { parzenRows } from '@equilibria/metrics'
import type {} from '../evaluation.ts'
import { coverage } from './coverage.ts'
import { digits } from './digits.ts'
import { parzen } from './parzen.ts'

/** The evaluations that come with the package. */
export const evaluationsPlugin = {
  name: 'equilibria',
  evaluations: { coverage, digits, parzen: entry(parzen, { validation: parzenRows.validation }) },
} satisfies Plugin
