import { mkdirSync, writeFileSync } from 'node:fs'
import { load, type Machine, machine } from './machine.ts'
import type { Options } from './options.ts'
import type { Found } from './parts/part.ts'
import { markdown } from './table.ts'

/** All that a run of the bench has to say. */
export interface Report {
  readonly date: string
  readonly machine: Machine
  /** Load of the machine before and after. */
  readonly load: readonly [before: number, after: number]
  readonly options: Options
  /** Versions of libraries, by name. */
  readonly versions: { readonly [library: string]: string }
  /** What columns said of themselves. */
  readonly notes: { readonly [column: string]: readonly string[] }
  readonly parts: { readonly [part: string]: Found }
}

/** How quiet the machine was, for who reads the numbers. */
function calmness(others: number | undefined): string[] {
  if (others === undefined) return []
  const share = `Other programs used ${Math.round(others * 100)}% of the machine between turns (median)`
  return [others < 0.1 ? `${share}.\n` : `${share}: these numbers are not to be relied on.\n`]
}

/** A report as text. */
export function textOf({ date, machine, load, options, versions, notes, parts }: Report): string {
  const { processor, cores, memory, system, node } = machine
  const libraries = Object.entries(versions)
    .filter(([library]) => library !== 'node')
    .map(([library, version]) => `${library} ${version}`)
  const remarks = Object.entries(notes).flatMap(([column, said]) =>
    said.map(each => `- ${column}: ${each.replace(/\s+/g, ' ')}`),
  )
  return [
    `# Benchmark: ${Object.keys(parts).join(', ')}`,
    '',
    `${date.slice(0, 10)}; ${processor}, ${cores} cores, ${memory}, ${system}; Node ${node}, ${libraries.join(', ')}.`,
    `${options.threads} threads; medians of ${options.rounds} rounds in turns, ${options.seconds} s of work each; load of the machine ${load[0]} before, ${load[1]} after.`,
    '',
    ...(remarks.length > 0 ? [...remarks, ''] : []),
    ...Object.values(parts).flatMap(({ table, others }) => [markdown(table), ...calmness(others)]),
  ].join('\n')
}

/** Keeps a report as docs/benchmarks/<name>.md and .json. */
export function keep(name: string, report: Report): void {
  const folder = new URL('../docs/benchmarks/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.md`, folder), textOf(report))
  const { parts, ...about } = report
  const numbers = Object.fromEntries(Object.entries(parts).map(([part, found]) => [part, found.numbers]))
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ ...about, parts: numbers }, null, 1)}\n`)
}

/** Date, machine and load at the beginning; the rest when it is known. */
export function beginReport(options: Options) {
  const before = load()
  const date = new Date().toISOString()
  return (rest: Pick<Report, 'versions' | 'notes' | 'parts'>): Report => ({
    date,
    machine: machine(),
    load: [before, load()],
    options,
    ...rest,
  })
}
