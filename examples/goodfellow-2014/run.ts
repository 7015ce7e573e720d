import { join } from 'node:path'
import { isRecord } from '@equilibria/core'
import { recipeChanges } from '@equilibria/trainers'
import { folderStore } from '@equilibria/trainers/node'
import type { Split } from './experiment.ts'
import type { Options } from './options.ts'

/** What makes a run the one it is: all that its steps depend on. Kept in its checkpoints. */
export const recipeOf = ({ cost, play, k, seed }: Options, { train }: Pick<Split, 'train'>) => ({
  cost,
  play,
  k,
  seed,
  data: train.name,
  images: train.size,
})
export type RunRecipe = ReturnType<typeof recipeOf>

/** The folder of a run that was given none: one for each recipe. */
export const folderOf = ({ cost, play, k, images, seed }: RunRecipe): string =>
  join('runs', [cost, play, ...(play === 'alternating' ? [k] : []), images, `seed-${seed}`].join('-'))

/** Throws if a folder holds a run of another recipe: going on with it would put the results under the wrong name. */
export async function checkFolder(folder: string, recipe: RunRecipe): Promise<void> {
  const found = await folderStore(join(folder, 'checkpoints')).load()
  if (!found) return
  const kept = found.snapshot.about.recipe
  const before = isRecord(kept) ? kept : {}
  const changed = recipeChanges(before, recipe)
  if (changed.length === 0) return
  const differences = changed.map(
    field => `${field} ${before[field] ?? 'unknown'} there, ${recipe[field as keyof RunRecipe]} here`,
  )
  throw new Error(
    `--out ${folder} holds another run (${differences.join('; ')}): go on with its own options, or leave --out away, and each run has a folder of its own`,
  )
}
