import { short } from '../table.ts'
import type { Part } from './part.ts'
import { race } from './race.ts'

/** Training: images a second. */
export const steps: Part = given => {
  const { models, batch } = given.options
  return race(
    given,
    `Training: images a second, batch ${batch} (times eager PyTorch)`,
    models.map(model => ({
      model,
      batch,
      heats: [{ head: model, command: count => `go ${count}`, show: seconds => short(batch / seconds) }],
    })),
  )
}
