import { short } from '../table.ts'
import type { Part } from './part.ts'
import { race } from './race.ts'

/** Training at other batch sizes: images a second. */
export const batches: Part = given =>
  race(
    given,
    'Training at other batch sizes: images a second (times eager PyTorch)',
    given.options.models.flatMap(model =>
      [16, 32, 64, 128, 256].map(batch => ({
        model,
        batch,
        heats: [
          {
            head: `${model}, ${batch}`,
            command: (count: number) => `go ${count}`,
            show: (seconds: number) => short(batch / seconds),
          },
        ],
      })),
    ),
  )
