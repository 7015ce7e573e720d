import { evaluateTrained, type Verdict } from '../evaluation.ts'
import { releaseTrained } from '../trained.ts'
import { exitCode, type Io } from './io.ts'
import { openTrained } from './sample.ts'

interface EvaluateFlags {
  readonly n?: number
  readonly seed: number
  readonly with?: readonly string[]
  readonly json?: boolean
  readonly backend: string
  readonly plugin?: readonly string[]
}

/** A verdict as plain text. */
export function tableText({ title, head, rows, remark }: Verdict): string {
  const cells = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, c) => Math.max(...cells.map(row => row[c]!.length)))
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  ')}`
  return [title, ...cells.map(line), ...(remark ? [`  ${remark}`] : []), ''].join('\n')
}

/** `equilibria evaluate <run>`: the evaluations its recipe names, or those asked for. */
export async function evaluateCommand(dir: string, flags: EvaluateFlags, io: Io): Promise<number> {
  const run = await openTrained(dir, flags, io)
  const evaluations = flags.with ?? run.recipe.evaluate ?? []
  if (evaluations.length === 0)
    throw new Error(
      `the recipe in ${dir} names no evaluation: choose with --with; known: ${run.registry.names('evaluations').join(', ')}`,
    )
  const verdicts = await evaluateTrained(run.trained, run.recipe, {
    registry: run.registry,
    seed: flags.seed,
    n: flags.n,
    evaluations,
  })
  releaseTrained(run.trained)
  io.out(
    flags.json
      ? `${JSON.stringify(Object.fromEntries(verdicts.map((v, i) => [nameOf(evaluations[i]), v.numbers])), null, 2)}\n`
      : verdicts.map(tableText).join('\n'),
  )
  return exitCode.ok
}

const nameOf = (spec: unknown) => (typeof spec === 'string' ? spec : (spec as { name: string }).name)
