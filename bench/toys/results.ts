import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '@equilibria/trainers/node'
import type { Recipe } from 'equilibria'
import type { Machine } from '../machine.ts'
import type { DataName } from './protocol.ts'
import type { RecipeName } from './recipes.ts'

/** One cell of the benchmark: a recipe on a data set with a seed, for so many steps. */
export interface Cell {
  readonly recipe: RecipeName
  readonly data: DataName
  readonly steps: number
  readonly seed: number
}

/** What a cell gave. */
export interface Result extends Cell {
  readonly modes: number
  /** Share of samples within three deviations of a mode. */
  readonly highQuality: number
  /** In nats, over modes. */
  readonly reverseKl: number
  readonly samples: number
  /** Seconds trained, interruptions left out. */
  readonly seconds: number
  readonly engine: string
  readonly machine: Machine
  /** When it was done. */
  readonly date: string
  /** What was run, as JSON. */
  readonly spec: Recipe
}

/** The name of a cell's files. */
export const nameOf = ({ data, recipe, steps, seed }: Cell): string => `${data}-${recipe}-${steps}-${seed}`

const SUFFIX = '.json'

/** The result of a cell in a folder, if it is there. Throws if it was measured with another recipe than `spec`. */
export function readResult(folder: string, cell: Cell, spec: Recipe): Result | undefined {
  const path = join(folder, `${nameOf(cell)}${SUFFIX}`)
  if (!existsSync(path)) return undefined
  const result = JSON.parse(readFileSync(path, 'utf8')) as Result
  if (JSON.stringify(result.spec) !== JSON.stringify(spec))
    throw new Error(
      `${path}: the recipe was another one when this was measured; delete the file to measure again`,
    )
  return result
}

/** All results in a folder. */
export const readResults = (folder: string): Result[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder)
        .filter(name => name.endsWith(SUFFIX))
        .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result)

/** Writes a result: whole or not at all. */
export async function writeResult(folder: string, result: Result): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await replaceFile(join(folder, `${nameOf(result)}${SUFFIX}`), `${JSON.stringify(result, null, 1)}\n`)
}
