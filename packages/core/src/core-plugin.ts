import { dynamics } from './dynamics/entries.ts'
import { games } from './games/entries.ts'
import { latents } from './latents/entries.ts'
import { optimizers, schedules } from './optimizers/entries.ts'
import type { Plugin } from './plugin.ts'

/** Core's own dynamics, optimizers, schedules, latents and games, by name. */
export const corePlugin = {
  name: '@equilibria/core',
  dynamics,
  optimizers,
  schedules,
  latents,
  games,
} satisfies Plugin
