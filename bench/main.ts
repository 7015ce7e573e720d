/** Measures GANs in training: our engines beside PyTorch and plain tfjs. See `options.ts` for what it takes. */
import { engineNames } from '@equilibria/compile/node'
import { columnOf } from './columns.ts'
import { type Options, optionsOf, type PartName, usage } from './options.ts'
import { batches } from './parts/batches.ts'
import { cold } from './parts/cold.ts'
import { memory } from './parts/memory.ts'
import type { Found, Part } from './parts/part.ts'
import { sampling } from './parts/sampling.ts'
import { steps } from './parts/steps.ts'
import { beginReport, keep, textOf } from './report.ts'

const parts: { readonly [name in PartName]: Part } = { steps, sampling, batches, cold, memory }

async function bench(options: Options): Promise<void> {
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
  if (options.name) keep(options.name, whole)
}

try {
  const argv = process.argv.slice(2)
  if (argv.includes('--help')) process.stdout.write(usage)
  else await bench(optionsOf(argv))
} catch (e) {
  process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n\n${usage}`)
  process.exitCode = 1
}
