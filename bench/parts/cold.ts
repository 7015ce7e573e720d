import { median } from '../statistics.ts'
import { duration } from '../table.ts'
import type { Part } from './part.ts'
import { single } from './single.ts'

/** The cold start: from the program's start until a first step is done. */
export const cold: Part = given =>
  single(given, {
    title: `Cold start: libraries + model (and tracing) + first step, batch ${given.options.batch}`,
    times: Math.min(3, given.options.rounds),
    read: async peer => peer.ready.cold,
    show: readings =>
      ['import', 'build', 'first'].map(name => duration(median(readings.map(r => r[name]!)))).join(' + '),
  })
