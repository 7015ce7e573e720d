import { type Registry, release, type State, type Tree } from '@equilibria/core'
import type { Dataset } from '@equilibria/datasets'
import type { Snapshot } from '@equilibria/trainers'
import {
  evaluateTrained,
  makeRegistry,
  type Realised,
  type Recipe,
  realise,
  realiseData,
  releaseTrained,
  restoreTrained,
  STANDING,
  sample,
  type Trained,
  trainedOf,
  withFacts,
} from 'equilibria'
import type { Rows, Table } from '../messages.ts'
import { digitsPlugin } from './digits.ts'
import { recipeNamed } from './recipes.ts'

/** A recipe with its data at hand: everything that can be asked of a run of it. Holds no tensors. */
export interface Study {
  readonly recipe: Recipe
  readonly data: Dataset
  readonly parts: Realised
  /** Rows to compare with: as many as are drawn of samples. */
  real(): Promise<Rows>
  /** Samples of a state that is lent. */
  samplesOf(state: State): Promise<Rows>
  /** What a checkpoint holds besides a state, for samples of it: the standing statistics. Belongs to the caller. */
  extrasOf(state: State): { readonly [branch: string]: Tree }
  /** Samples of a checkpoint. */
  samplesIn(snapshot: Snapshot): Promise<Rows>
  /** What the recipe's evaluations say of a state that is lent. */
  tablesOf(state: State): Promise<Table[]>
}

/** How many rows a picture has: points by the thousand, images in columns, one for each class where there are classes. */
const layoutOf = ({ shape, classes }: Dataset): { n: number; columns?: number } => {
  if (shape.length !== 3) return { n: 1024 }
  const columns = classes ?? 8
  return { n: 5 * columns, columns }
}

/** Rows of a dataset, row i of class i mod classes as samples are; its first ones where there are no classes. */
const choose = ({ labels, classes }: Dataset, n: number): number[] => {
  if (!labels || !classes) return Array.from({ length: n }, (_, i) => i)
  const byClass = Array.from({ length: classes }, (_, label) =>
    Array.from(labels.keys()).filter(i => labels[i] === label),
  )
  return Array.from({ length: n }, (_, i) => byClass[i % classes]![Math.floor(i / classes)]!)
}

/** Prepares a recipe. Needs a current backend. */
export async function openStudy(
  name: string,
  registry: Registry = makeRegistry(digitsPlugin),
): Promise<Study> {
  const data = await realiseData(recipeNamed(name), registry)
  const recipe = withFacts(recipeNamed(name), data)
  const { facts } = recipe
  const { n, columns } = layoutOf(data)

  const drawn = async (trained: Trained): Promise<Rows> => {
    const samples = sample(trained, { seed: 1, n })
    try {
      return { data: Float32Array.from(await samples.data()), shape: samples.shape, columns }
    } finally {
      samples.dispose()
    }
  }

  return {
    recipe,
    data,
    parts: realise(recipe, registry, facts),
    real: async () => {
      const { data: rows, labels } = await data.rows(choose(data, n))
      labels?.dispose()
      try {
        return { data: Float32Array.from(await rows.data()), shape: rows.shape, columns }
      } finally {
        rows.dispose()
      }
    },
    samplesOf: state => lent(trainedOf(recipe, registry, facts, state)!, drawn),
    extrasOf: state => ({ [STANDING]: trainedOf(recipe, registry, facts, state)!.memory }),
    samplesIn: async snapshot => {
      const trained = restoreTrained(recipe, registry, facts, snapshot)
      try {
        return await drawn(trained)
      } finally {
        releaseTrained(trained)
      }
    },
    tablesOf: state =>
      lent(trainedOf(recipe, registry, facts, state)!, trained =>
        evaluateTrained(trained, recipe, { registry, data }),
      ),
  }
}

/** Uses a generator whose parameters are a state's, and releases what is its own. */
async function lent<T>(trained: Trained, use: (trained: Trained) => Promise<T>): Promise<T> {
  try {
    return await use(trained)
  } finally {
    release(trained.memory)
  }
}
