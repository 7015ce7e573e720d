import {
  entries,
  type Facts,
  fromLeaves,
  type Memory,
  type Params,
  type Registry,
  release,
  type State,
  type Tree,
} from '@equilibria/core'
import { CheckpointError, type NamedTensors, type Snapshot, upload } from '@equilibria/trainers'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Recipe, realise } from './recipe.ts'
import { memoryOf, standingFor, type Trained } from './sample.ts'

/** The branch of a checkpoint that holds the generator's standing statistics. */
export const STANDING = 'standing'

/** The slot whose average of weights is sampled from, where a recipe has it. */
const AVERAGE = 'ema'

type Averages = { readonly average?: { readonly [player: string]: Params } }

/** The generator's weights to sample from: their average where the state keeps one, else the last ones. */
const bestParams = (state: Pick<State, 'params' | 'slots'>, player: string): Params =>
  (state.slots[AVERAGE] as Averages | undefined)?.average?.[player] ?? state.params[player]!

/** What is sampled while training: the state's generator with standing statistics of the moment. Release its memory after use. */
export function trainedOf(
  recipe: Recipe,
  registry: Registry,
  facts: Facts,
  state: State,
): Trained | undefined {
  const { sampler } = realise(recipe, registry, facts)
  if (!sampler) return undefined
  const params = bestParams(state, sampler.player)
  const classes = isConditional(recipe) ? facts.classes : undefined
  return {
    sampler,
    params,
    classes,
    memory: standingFor(sampler, params, { memory: memoryOf(state.memory, sampler.player), classes }),
  }
}

/** Whether a recipe's generator looks at labels. */
const isConditional = (recipe: Recipe): boolean =>
  (recipe.game as { generator?: { conditional?: boolean } })?.generator?.conditional === true

/**
 * The generator of a checkpoint, ready to sample. Throws a `CheckpointError` if the checkpoint lacks a tensor that the recipe's
 * generator has. The caller owns its tensors (`releaseTrained`).
 */
export function restoreTrained(
  recipe: Recipe,
  registry: Registry,
  facts: Facts,
  snapshot: Pick<Snapshot, 'step' | 'tensors'>,
): Trained {
  const { sampler, game } = realise(recipe, registry, facts)
  if (!sampler) throw new Error(`the recipe's game makes no samples: nothing to sample from`)
  const fresh = game[sampler.player]!.init([0, 0]) as Tree
  const { tensors } = snapshot
  const averaged = subtree(tensors.slots, `${AVERAGE}/average/${sampler.player}/`)
  const stored = averaged.size > 0 ? averaged : subtree(tensors.params, `${sampler.player}/`)
  try {
    const params = fromLeaves(
      fresh,
      entries<Tensor>(fresh).map(([path, { shape }]) => {
        const there = stored.get(path)
        if (!there || there.shape.join() !== shape.join())
          throw new CheckpointError(
            'other',
            `the checkpoint of step ${snapshot.step} does not fit its recipe: ${sampler.player}/${path} ${there ? `is [${there.shape}] there and [${shape}] in the recipe` : 'is missing there'}. The run's recipe or files were changed; use an earlier checkpoint or train again.`,
          )
        return upload(there)
      }),
    ) as Params
    const memory: Memory = Object.fromEntries(
      [...(tensors[STANDING] ?? new Map())].map(([path, host]) => [path, upload(host)]),
    )
    return { sampler, params, memory, classes: isConditional(recipe) ? facts.classes : undefined }
  } finally {
    release(fresh)
  }
}

/** Releases the tensors of a restored generator. */
export const releaseTrained = ({ params, memory }: Trained): void => {
  release(params)
  release(memory)
}

const subtree = (named: NamedTensors | undefined, prefix: string): NamedTensors =>
  new Map(
    [...(named ?? [])].filter(([p]) => p.startsWith(prefix)).map(([p, t]) => [p.slice(prefix.length), t]),
  )
