import { architecturesPlugin } from '@equilibria/architectures'
import { corePlugin, createRegistry, type Plugin, type Registry } from '@equilibria/core'
import { datasetsPlugin } from '@equilibria/datasets'
import { lossesPlugin } from '@equilibria/losses'
import { metricsPlugin } from '@equilibria/metrics'
import { trainersPlugin } from '@equilibria/trainers'
import { evaluationsPlugin } from './evaluations/index.ts'
import { recipesPlugin } from './recipes/index.ts'

/** Everything that this package's own packages provide, by the same plugin objects that anybody writes. */
export const builtIn: readonly Plugin[] = [
  corePlugin,
  lossesPlugin,
  architecturesPlugin,
  datasetsPlugin,
  trainersPlugin,
  metricsPlugin,
  evaluationsPlugin,
  recipesPlugin,
]

/** A registry of the built-in plugins and, after them, of `plugins`. Throws if two take the same name. */
export function makeRegistry(...plugins: readonly Plugin[]): Registry {
  const registry = createRegistry()
  for (const plugin of [...builtIn, ...plugins]) registry.use(plugin)
  return registry
}
