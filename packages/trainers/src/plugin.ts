import { entry, type Plugin } from '@equilibria/core'
import { type ConsoleOptions, consoleLogger } from './loggers/console.ts'
import type { Logger } from './loggers/logger.ts'
import { ema } from './slots/ema.ts'

/** The slots and loggers of this package, by name. */
export const trainersPlugin = {
  name: '@equilibria/trainers',
  slots: {
    ema: entry(
      ({ decay, rampup, players }: { decay: number; rampup: number; players: readonly string[] }) =>
        ema(decay, { ...(rampup !== 0 ? { rampup } : {}), ...(players.length > 0 ? { players } : {}) }),
      { decay: 0.999, rampup: 0, players: [] },
    ),
  },
  loggers: {
    console: entry((options: ConsoleOptions) => consoleLogger(options), { seconds: 10 }),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Kinds {
    loggers: Logger
  }
  interface Named {
    'slots/ema': typeof ema
    'loggers/console': typeof consoleLogger
  }
}
