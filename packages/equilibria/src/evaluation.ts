import type { Registry } from '@equilibria/core'
import type { Dataset } from '@equilibria/datasets'
import type { Batches } from '@equilibria/metrics'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Recipe, realiseData } from './recipe.ts'
import { sample, type Trained } from './sample.ts'

/** What a trained generator is judged on. */
export interface Exam {
  /** The first `n` samples of the exam's seed, in batches. Each evaluation draws its own; batches belong to who draws them. */
  readonly draw: (n: number) => Batches
  /** How many samples to judge; evaluations have a default of their own. */
  readonly n?: number | undefined
  /** What the generator was trained on. */
  readonly data: Dataset
  /** The data with other options, such as `{ split: 'test' }`. */
  readonly variant: (options: object) => Promise<Dataset>
}

/** What an evaluation found: a table for people, and its numbers by name. */
export interface Verdict {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** What to know when reading the table. */
  readonly remark?: string
  readonly numbers: { readonly [name: string]: number }
}

/** Judges a generator by one or several metrics. Throws on data it does not fit. */
export type Evaluation = (exam: Exam) => Promise<Verdict>

declare module '@equilibria/core' {
  interface Kinds {
    evaluations: Evaluation
  }
}

/** Runs the evaluations of a recipe (or those given instead) on a trained generator, one after the other. */
export async function evaluateTrained(
  trained: Trained,
  recipe: Recipe,
  {
    registry,
    data,
    seed = 0,
    n,
    evaluations = recipe.evaluate ?? [],
  }: {
    readonly registry: Registry
    readonly data?: Dataset
    readonly seed?: number
    readonly n?: number | undefined
    readonly evaluations?: readonly unknown[]
  },
): Promise<Verdict[]> {
  const made = evaluations.map((spec, i) => registry.make('evaluations', spec, {}, `evaluate.${i}`))
  if (made.length === 0) return []
  const exam: Exam = {
    draw: total => batchesOf(trained, seed, total),
    n,
    data: data ?? (await realiseData(recipe, registry)),
    variant: options => realiseData({ ...recipe, data: { ...record(recipe.data), ...options } }, registry),
  }
  const verdicts: Verdict[] = []
  for (const evaluation of made) verdicts.push(await evaluation(exam))
  return verdicts
}

const record = (spec: unknown) => (typeof spec === 'string' ? { name: spec } : (spec as object))

async function* batchesOf(trained: Trained, seed: number, total: number): AsyncGenerator<Tensor> {
  for (let first = 0; first < total; first += 250)
    yield sample(trained, { seed, n: Math.min(250, total - first), first })
}
