import { duration } from '../table.ts'
import type { Part } from './part.ts'
import { race } from './race.ts'

/** Sampling: how long one image, and how long 64 at once, take until they are on the host. */
export const sampling: Part = given =>
  race(
    given,
    'Sampling: time until so many images are on the host (times eager PyTorch)',
    given.options.models.map(model => ({
      model,
      batch: 16,
      heats: [1, 64].map(rows => ({
        head: `${model}, ${rows}`,
        command: count => `sample ${rows} ${count}`,
        show: duration,
      })),
    })),
  )
