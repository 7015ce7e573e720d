import type { RowFunction } from '@equilibria/compile'
import { entries, fromLeaves, sampling, type Tree } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Recipe } from '../recipe.ts'
import type { Trained } from '../sample.ts'

/** The tensors of a trained generator as checkpoints name them: `params/<player>/...`, and `standing/...` for standing statistics. */
export const weightsOf = ({ sampler, params, memory }: Trained): Tree => ({
  params: { [sampler.player]: params },
  standing: memory,
})

/**
 * A trained generator as a function of rows, to be written to a file by `toOnnx` or `toTfjs` of `@equilibria/compile`: `latent`
 * float32 [n, dimensions], for a class-conditional one `label` int32 [n] too, give `sample` [n, ...row shape], each row by itself
 * (`sample` mode). The tensors stay the caller's.
 */
export function generatorFunction(trained: Trained): RowFunction {
  const { sampler, classes } = trained
  const tree = weightsOf(trained)
  return {
    inputs: {
      latent: { shape: [sampler.latent.dimensions], dtype: 'float32' },
      ...(classes === undefined ? {} : { label: { shape: [], dtype: 'int32' } }),
    },
    output: 'sample',
    weights: Object.fromEntries(entries<Tensor>(tree)),
    apply: ([latent, label], weights) => {
      const { params, standing } = fromLeaves(tree, weights) as {
        params: { [player: string]: Trained['params'] }
        standing: Trained['memory']
      }
      return sampler.network.apply(params[sampler.player]!, latent!, sampling(standing, { labels: label }))
    },
  }
}

/** What an exported file says of itself: all texts, those with structure in JSON. */
export interface GeneratorMetadata {
  readonly [name: string]: string
  /** The recipe, with the facts of its data. */
  readonly recipe: string
  /** Steps trained. */
  readonly step: string
  /** Inputs by name: shape, type, and what to put in: the latents' distribution, the number of classes. */
  readonly inputs: string
  /** The output by name: shape, type, and the range of its values. */
  readonly outputs: string
}

/** What is worth knowing of a generator that was trained by a recipe. */
export function generatorMetadata(
  { sampler, classes }: Trained,
  recipe: Recipe & Required<Pick<Recipe, 'facts'>>,
  step: number,
): GeneratorMetadata {
  const { facts, game } = recipe
  const label = { shape: ['batch'], dtype: 'int32', classes }
  return {
    recipe: JSON.stringify(recipe),
    step: String(step),
    inputs: JSON.stringify({
      latent: {
        shape: ['batch', sampler.latent.dimensions],
        dtype: 'float32',
        distribution: (game as { latent?: unknown }).latent,
      },
      ...(classes === undefined ? {} : { label }),
    }),
    outputs: JSON.stringify({
      sample: { shape: ['batch', ...facts.shape], dtype: 'float32', range: facts.range },
    }),
  }
}
