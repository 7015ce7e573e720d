import { convergence } from './convergence.ts'
import type { Figure } from './figure.ts'
import { generatorCosts } from './generator-costs.ts'
import { modeHopping } from './mode-hopping.ts'
import { optimalCritic } from './optimal-critic.ts'
import { pathAngles } from './path-angle.ts'
import { play } from './play.ts'

/** All figures, in the order of the page. */
export const figures: readonly Figure[] = [
  generatorCosts,
  optimalCritic,
  play,
  convergence,
  pathAngles,
  modeHopping,
]
