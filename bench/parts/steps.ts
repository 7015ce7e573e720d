import { short } from '../table.ts'
import type { Part } from './part.ts'
import { race } from './race.ts'

const batch = 64

/** Training: images a second. */
export const steps: Part = given =>
  race(
    given,
    `Training: images a second, batch ${batch} (times eager PyTorch)`,
    given.options.models.map(model => ({
      model,
      batch,
      heats: [{ head: model, command: count => `go ${count}`, show: seconds => short(batch / seconds) }],
    })),
  )
