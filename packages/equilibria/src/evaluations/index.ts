import type { Plugin } from '@equilibria/core'
import type {} from '../evaluation.ts'
import { coverage } from './coverage.ts'
import { digits } from './digits.ts'

/** The evaluations that come with the package. */
export const evaluationsPlugin = { name: 'equilibria', evaluations: { coverage, digits } } satisfies Plugin
