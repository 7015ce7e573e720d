/** The bench on a machine with a GPU and no network: what it needs, whether its GPU is one, whether it is right, how fast it is. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Options, optionsOf } from '../options.ts'
import { bench } from '../run.ts'
import type { Finding } from './check.ts'
import { needsText } from './needs.ts'
import { gpuOptionsOf, usage } from './options.ts'

/** How far from the processor's a move may be, in moves: GPUs add up in another order. */
const TOLERANCE = 0.01

const say = (text: string) => process.stderr.write(`${text}\n`)

/** A column's check, by a process of its own. */
function check(column: string, model: string, batch: number, patience: number): Finding {
  const [engine, backend] = column.split('@') as [string, string]
  const script = fileURLToPath(new URL('check.ts', import.meta.url))
  const given = ['--model', model, '--engine', engine, '--backend', backend, '--batch', `${batch}`]
  const { stdout, stderr, error } = spawnSync(process.execPath, [...process.execArgv, script, ...given], {
    encoding: 'utf8',
    timeout: patience * 1000,
  })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  if (last.startsWith('{')) return JSON.parse(last) as Finding
  return {
    absent: error?.message || stderr.trim().split('\n').at(-1) || 'its process said nothing',
    missing: false,
  }
}

/**
 * Columns that may not be measured, with what is wrong: an engine that is not there is none of them. Throws where a GPU is none, unless
 * that was asked for.
 */
function faultsOf({ columns, models, patience }: Options, batch: number, software: boolean) {
  const faults = new Map<string, string>()
  // Other people's models start from other random numbers: there is nothing to compare them with.
  const ours = columns.filter(name => name.includes('@') && !name.startsWith('tfjs@'))
  for (const column of ours)
    for (const [i, model] of models.entries()) {
      const found = check(column, model, batch, patience)
      if ('absent' in found) {
        say(`check ${column}, ${model}: none: ${found.absent}`)
        // What cannot be had for the first model cannot be for others; what fails for one alone is a fault.
        if (i === 0 && found.missing) break
        faults.set(column, `${model}: ${found.absent}`)
        continue
      }
      say(
        `check ${column}, ${model}: ${found.device}; ${found.error.toExponential(1)} of a move off the processor's`,
      )
      if (found.software && !software)
        throw new Error(
          `${column} would run on ${found.device}, which is no GPU: install the GPU's driver for Vulkan (VK_ICD_FILENAMES names its file where it is not found), or allow it with --software`,
        )
      if (!(found.error <= TOLERANCE))
        faults.set(column, `${model}: differs from the processor's step by more than ${TOLERANCE} of a move`)
    }
  return faults
}

/** The command line, or what is wrong with it. */
function read(argv: readonly string[]) {
  try {
    const { rest, ...own } = gpuOptionsOf(argv)
    return { ...own, options: optionsOf(rest) }
  } catch (e) {
    throw new Error(`${e instanceof Error ? e.message : String(e)}\n\n${usage}`)
  }
}

try {
  const argv = process.argv.slice(2)
  const help = argv.includes('--help')
  const { software, needs, checkBatch, options } = read(help ? [] : argv)
  if (help) process.stdout.write(usage)
  else if (needs) process.stdout.write(needsText(fileURLToPath(new URL('../..', import.meta.url))))
  else {
    const faults = faultsOf(options, checkBatch, software)
    await bench({ ...options, columns: options.columns.filter(name => !faults.has(name)) })
    for (const [column, fault] of faults) say(`left out: ${column}, ${fault}`)
    if (faults.size > 0) process.exitCode = 1
  }
} catch (e) {
  say(e instanceof Error ? e.message : String(e))
  process.exitCode = 1
}
