import { basename, join, resolve } from 'node:path'
import { count, duration } from '../loggers/format.ts'
import { type ReportParts, renderReport } from '../report/report.ts'
import { replaceFile } from './durable.ts'
import { readLog, readNotes } from './jsonl.ts'
import { readSamples } from './samples.ts'

/** At most this many earlier samples, evenly spread, besides the newest. */
const EARLIER = 8

/**
 * Writes `report.html` into a run's folder from its log (notes included) and samples, and returns the path. `parts` are added: a title, facts,
 * tables. What a run has not got is left out.
 */
export async function reportRun(dir: string, parts: Partial<ReportParts> = {}): Promise<string> {
  const log = join(dir, 'log.jsonl')
  const curves = readLog(log)
  const notes = readNotes(log).map(({ step, note }) => (step === 0 ? note : `step ${count(step)}: ${note}`))
  const samples = (await readSamples(join(dir, 'samples'))).reverse()
  const [newest, ...earlier] = samples
  const spread = earlier.filter(
    (_, i) => Math.floor((i * EARLIER) / earlier.length) !== Math.floor(((i - 1) * EARLIER) / earlier.length),
  )
  const last = curves.at(-1)
  const file = join(dir, 'report.html')
  await replaceFile(
    file,
    renderReport({
      title: basename(resolve(dir)),
      curves,
      notes,
      images: [...(newest ? [newest] : []), ...(earlier.length <= EARLIER ? earlier : spread)].map(
        ({ step, name, png }) => ({ caption: `${name}, step ${count(step)}`, png }),
      ),
      ...parts,
      facts: {
        ...(last
          ? {
              Steps: count(last.step),
              Time: duration(last.seconds),
              'Images a second': count(last.imagesPerSecond),
            }
          : {}),
        ...parts.facts,
      },
    }),
  )
  return file
}
