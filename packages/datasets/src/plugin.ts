import { entry, type Plugin } from '@equilibria/core'
import { disjoint, ellipse, gaussians, line } from './toys/gan-lab.ts'
import { grid, gridOptions } from './toys/grid.ts'
import { ring, ringOptions } from './toys/ring.ts'
import { swissRoll, swissRollOptions } from './toys/swiss-roll.ts'
import { toyOptions } from './toys/toy.ts'
import { twoMoons, twoMoonsOptions } from './toys/two-moons.ts'

const { labels: _, ...unlabelled } = toyOptions

/** The datasets that need no files, by name. */
export const datasetsPlugin = {
  name: '@equilibria/datasets',
  datasets: {
    ring: entry(ring, { ...toyOptions, ...ringOptions }),
    grid: entry(grid, { ...toyOptions, ...gridOptions }),
    swissRoll: entry(swissRoll, { ...unlabelled, ...swissRollOptions }),
    twoMoons: entry(twoMoons, { ...toyOptions, ...twoMoonsOptions }),
    line: entry(line, unlabelled),
    ellipse: entry(ellipse, unlabelled),
    gaussians: entry(gaussians, toyOptions),
    disjoint: entry(disjoint, toyOptions),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Named {
    'datasets/ring': typeof ring
    'datasets/grid': typeof grid
    'datasets/swissRoll': typeof swissRoll
    'datasets/twoMoons': typeof twoMoons
    'datasets/line': typeof line
    'datasets/ellipse': typeof ellipse
    'datasets/gaussians': typeof gaussians
    'datasets/disjoint': typeof disjoint
  }
}
