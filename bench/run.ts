import { engineNames } from '@equilibria/compile/node'
import { columnOf } from './columns.ts'
import type { Options, PartName } from './options.ts'
import { batches } from './parts/batches.ts'
import { cold } from './parts/cold.ts'
import { memory } from './parts/memory.ts'
import type { Found, Part } from './parts/part.ts'
import { sampling } from './parts/sampling.ts'
import { steps } from './parts/steps.ts'
import { beginReport, keep, textOf } from './report.ts'

const parts: { readonly [name in PartName]: Part } = { steps, sampling, batches, cold, memory }

/** Does what the options ask for, prints the table, and keeps the report where they name it. */
export async function bench(options: Options): Promise<void> {
  const columns = options.columns.map(name => columnOf(name, engineNames))
  const report = beginReport(options)
  const versions: Record<string, string> = {}
  const notes: Record<string, readonly string[]> = {}
  const found: Record<string, Found> = {}
  for (const part of options.parts)
    found[part] = await parts[part]({
      options,
      columns,
      progress: what => process.stderr.write(`${part}: ${what}\n`),
      met: (column, ready) => {
        Object.assign(versions, ready.versions)
        if (ready.notes?.length) notes[column] = [...new Set([...(notes[column] ?? []), ...ready.notes])]
      },
    })
  const whole = report({ versions, notes, parts: found })
  process.stdout.write(`${textOf(whole)}\n`)
  keep(options.name, whole)
}
