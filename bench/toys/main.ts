/** Trains the toy distributions of PacGAN's protocol by several recipes. See `options.ts` for what it takes. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import { replaceFile, withInterrupt } from '@equilibria/trainers/node'
import { makeRegistry } from 'equilibria'
import { runCell } from './cell.ts'
import { toyNetworks } from './networks.ts'
import { optionsOf, type ToyOptions, usage } from './options.ts'
import { pageOf } from './page.ts'
import { pooled } from './pool.ts'
import { forms } from './protocol.ts'
import { recipes } from './recipes.ts'
import { type Cell, nameOf, readResult, readResults, writeResult } from './results.ts'

const docs = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url))
const runs = fileURLToPath(new URL('./runs/', import.meta.url))

/** Where results are kept, and the page that is made of them. */
const placesOf = ({ form, trial, steps }: ToyOptions) =>
  trial
    ? { kept: join(runs, 'trials'), page: join(runs, 'trials.md'), title: `Toys, a trial of ${steps} steps` }
    : form === 'quick'
      ? { kept: join(docs, 'toys'), page: join(docs, 'toys.md'), title: 'Toys, quick form' }
      : { kept: join(docs, 'toys'), page: join(docs, 'toys-full.md'), title: 'Toys, full form' }

/** All cells, the first recipe's in every seed before the next one's. */
const cellsOf = ({ recipes: chosen, data, seeds, steps }: ToyOptions): Cell[] =>
  chosen.flatMap(recipe => seeds.flatMap(seed => data.map(each => ({ recipe, data: each, steps, seed }))))

/** Writes the page of all results of so many steps, and gives it. */
async function writePage(options: ToyOptions): Promise<string> {
  const { kept, page, title } = placesOf(options)
  const { form, steps } = options
  const results = readResults(kept).filter(result => result.steps === steps)
  if (results.length === 0) return 'no cell is done yet'
  const text = pageOf(title, { ...forms[form], steps }, results)
  mkdirSync(dirname(page), { recursive: true })
  await replaceFile(page, text)
  return text
}

/** Runs a cell in a process of its own, whose lines are told with the cell's name before them. Gives whether anything more is to begin. */
function runApart(cell: Cell, { form, engine }: ToyOptions, signal: AbortSignal): Promise<boolean> {
  const { recipe, data, steps, seed } = cell
  const chosen = { form, engine, recipes: recipe, data, steps, seed, jobs: 1 }
  const argv = Object.entries(chosen).flatMap(([option, value]) => [`--${option}`, `${value}`])
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // Ctrl-C reaches the whole group by itself, and a second signal would end a cell that saves.
  signal.addEventListener('abort', () => signal.reason === 'SIGTERM' && child.kill('SIGTERM'))
  createInterface({ input: child.stderr }).on('line', line =>
    process.stderr.write(`${nameOf(cell)}: ${line}\n`),
  )
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, by) => {
      if (code === 0) return resolve(!signal.aborted)
      reject(new Error(`${nameOf(cell)} ended with ${by ?? `status ${code}`}`))
    })
  })
}

async function bench(options: ToyOptions, signal: AbortSignal): Promise<void> {
  const registry = makeRegistry(toyNetworks)
  const specOf = ({ recipe, data, steps }: Cell) => recipes[recipe].recipe(data, steps)
  const { kept } = placesOf(options)
  const cells = cellsOf(options)
  const open = cells.filter(cell => !readResult(kept, cell, specOf(cell)))
  process.stderr.write(`${cells.length - open.length} of ${cells.length} cells are done\n`)
  if (options.pageOnly || open.length === 0) return
  if (options.jobs > 1 && open.length > 1)
    return pooled(open, options.jobs, cell => runApart(cell, options, signal))
  await useBackend('auto')
  // One thread: products of 100 rows gain little from a second one, another cell on another core gains all of it.
  const { engine } = await useEngine(options.engine, { threads: 1 })
  await pooled(open, 1, async cell => {
    process.stderr.write(`${nameOf(cell)}\n`)
    const result = await runCell(cell, specOf(cell), { registry, engine, runs, signal })
    if (!result) return false
    await writeResult(kept, result)
    await writePage(options)
    return true
  })
}

try {
  const argv = process.argv.slice(2)
  if (argv.includes('--help')) process.stdout.write(usage)
  else {
    const options = optionsOf(argv)
    await withInterrupt(signal => bench(options, signal))
    process.stdout.write(`${await writePage(options)}\n`)
  }
} catch (e) {
  process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n\n${usage}`)
  process.exitCode = 1
}
