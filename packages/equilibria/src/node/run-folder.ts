import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CheckpointError, type Snapshot } from '@equilibria/trainers'
import { folderStore } from '@equilibria/trainers/node'
import { parseRecipe, type Recipe } from '../recipe.ts'

/** Where things lie in the folder of a run. */
export const runPaths = (dir: string) => ({
  checkpoints: join(dir, 'checkpoints'),
  log: join(dir, 'log.jsonl'),
  samples: join(dir, 'samples'),
  report: join(dir, 'report.html'),
})

/** What a run's folder holds. */
export interface RunFolder {
  readonly dir: string
  readonly snapshot: Snapshot
  readonly recipe: Recipe
  /** What the person should know about how it was read. */
  readonly notes: readonly string[]
}

/** Whether a folder holds a run already. */
export const isRun = (dir: string): boolean => {
  const { checkpoints, log } = runPaths(dir)
  return existsSync(log) || (existsSync(checkpoints) && readdirSync(checkpoints).length > 0)
}

/**
 * Reads a run's newest sound checkpoint and its recipe. Throws if there is no folder, no checkpoint in it, none that can be read,
 * or one without a recipe (a run made in code).
 */
export async function openRun(dir: string): Promise<RunFolder> {
  if (!existsSync(dir))
    throw new Error(`there is no run at ${dir}: check the path; runs are folders made by "equilibria train"`)
  if (!statSync(dir).isDirectory())
    throw new Error(`${dir} is a file: give the folder of a run, as made by "equilibria train"`)
  const found = await folderStore(runPaths(dir).checkpoints).load()
  if (!found)
    throw new CheckpointError(
      'missing',
      `${dir} holds no checkpoint: it is not the folder of a run, or the run stopped before its first checkpoint. Train with: equilibria train <recipe> --out ${dir}`,
    )
  const { snapshot, notes } = found
  if (snapshot.about.recipe === null || snapshot.about.recipe === undefined)
    throw new Error(
      `${dir} was trained in code and keeps no recipe: use it from code, with the networks it was trained with`,
    )
  return { dir, snapshot, notes, recipe: parseRecipe(snapshot.about.recipe, `the recipe in ${dir}`) }
}
