import type { Registry } from '@equilibria/core'
import {
  decodeSafetensors,
  download,
  encodeSafetensors,
  type NamedTensors,
  safetensorsMetadata,
} from '@equilibria/trainers'
import { parseRecipe } from '../recipe.ts'
import type { Trained } from '../sample.ts'
import { restoreTrained, STANDING } from '../trained.ts'
import { type GeneratorMetadata, weightsOf } from './generator.ts'

/** A trained generator as the bytes of a safetensors file: its tensors named as in checkpoints, and its metadata. */
export const toSafetensors = async (trained: Trained, metadata: GeneratorMetadata): Promise<Uint8Array> =>
  encodeSafetensors(await download(weightsOf(trained)), metadata)

/**
 * The generator of a file that `toSafetensors` made, ready to sample on the current backend. Throws on a file without a recipe, or
 * whose tensors are not those of its recipe's generator. The caller owns its tensors (`releaseTrained`).
 */
export function fromSafetensors(bytes: Uint8Array, registry: Registry): Trained {
  const { recipe: text, step } = safetensorsMetadata(bytes)
  if (text === undefined)
    throw new Error(
      'its metadata has no recipe: give a file made by "equilibria export --format safetensors"',
    )
  const recipe = parseRecipe(JSON.parse(text), "the file's recipe")
  if (!recipe.facts) throw new Error('its recipe does not say what its data was ("facts")')
  const tensors = decodeSafetensors(bytes)
  const branch = (name: string): NamedTensors =>
    new Map(
      [...tensors]
        .filter(([path]) => path.startsWith(`${name}/`))
        .map(([path, tensor]) => [path.slice(name.length + 1), tensor]),
    )
  return restoreTrained(recipe, registry, recipe.facts, {
    step: Number(step),
    tensors: { params: branch('params'), [STANDING]: branch(STANDING) },
  })
}
