import type { Registry } from '@equilibria/core'
import { datasetsNodePlugin } from '@equilibria/datasets/node'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Recipe } from '../recipe.ts'
import { makeRegistry } from '../registry.ts'
import { sample, type Which } from '../sample.ts'
import { releaseTrained, restoreTrained } from '../trained.ts'
import { openRun } from './run-folder.ts'

/** A trained run, ready to sample from. */
export interface LoadedRun {
  readonly recipe: Recipe
  readonly step: number
  /** Samples [n, ...row shape]; the caller owns the tensor. */
  sample(which: Which): Tensor
  /** Releases the generator's tensors. */
  dispose(): void
}

/**
 * Loads the newest checkpoint of a run made by the command or from a recipe. The backend must be chosen before. `registry` holds
 * the plugins the recipe names; by default the built-in ones. Throws as `openRun` does.
 */
export async function load(
  dir: string,
  registry: Registry = makeRegistry(datasetsNodePlugin),
): Promise<LoadedRun> {
  const { recipe, snapshot } = await openRun(dir)
  if (!recipe.facts) throw new Error(`the recipe in ${dir} does not say what its data was ("facts")`)
  const trained = restoreTrained(recipe, registry, recipe.facts, snapshot)
  return {
    recipe,
    step: snapshot.step,
    sample: which => sample(trained, which),
    dispose: () => releaseTrained(trained),
  }
}
