import { join } from 'node:path'
import type { Players } from '@equilibria/core'
import type { Run, TrainOptions } from '../options.ts'
import { train } from '../train.ts'
import { folderStore } from './folder-store.ts'
import { withInterrupt } from './interrupt.ts'
import { jsonlLogger } from './jsonl.ts'
import { reportRun } from './report-run.ts'
import { samplesLogger } from './samples.ts'

/** Everything `trainInFolder` can be told: all of `TrainOptions`, and about the folder. */
export type FolderTrainOptions<P extends Players, B> = TrainOptions<P, B> & {
  readonly store?: never
  /** The run's folder: `checkpoints/`, `log.jsonl`, `samples/` and `report.html` go there. */
  readonly dir: string
  /** How many checkpoints to keep (default 3). */
  readonly keep?: number
  /** Title of the report (default: the folder's name). */
  readonly title?: string
}

/**
 * Trains with everything kept in one folder: run the same program again and it continues where it was. Ctrl-C finishes the step,
 * saves and returns with `stopped: true`, unless a `signal` is given.
 */
export async function trainInFolder<P extends Players, B>(
  options: FolderTrainOptions<P, B>,
): Promise<Run<P>> {
  const { dir, keep, title } = options
  const work = (signal: AbortSignal) =>
    train<P, B>({
      ...options,
      signal,
      store: folderStore(join(dir, 'checkpoints'), keep === undefined ? {} : { keep }),
      loggers: [
        jsonlLogger(join(dir, 'log.jsonl')),
        samplesLogger(join(dir, 'samples')),
        ...(options.loggers ?? []),
      ],
    })
  const run = await (options.signal ? work(options.signal) : withInterrupt(work))
  await reportRun(dir, title === undefined ? {} : { title })
  return run
}
