import {
  type Batch,
  type Dynamics,
  type Facts,
  type Game,
  isRecord,
  type Optimizer,
  type Optimizers,
  type Players,
  type Registry,
  type Sampler,
  type Slot,
  unknownName,
} from '@equilibria/core'
import type { Dataset } from '@equilibria/datasets'

/**
 * A run as plain JSON: what is played, on what data, how the players move, how long. Stored in every checkpoint, so that
 * sampling, evaluating and resuming need no code. Values are named as plugins name them: `"hinge"`, `{ "name": "r1", "gamma": 1 }`.
 */
export interface Recipe {
  /** Format of this file. */
  readonly recipe: 1
  readonly title?: string
  /** Plugins (packages or files) whose names the recipe uses. They are loaded only if the person running it allows them. */
  readonly plugins?: readonly string[]
  readonly data: unknown
  readonly game: unknown
  readonly dynamics?: unknown
  /** One optimizer for all players, or `{ "players": { "critic": ..., "generator": ... } }`. */
  readonly optimizer?: unknown
  readonly slots?: { readonly [name: string]: unknown }
  /** What `evaluate` prints and reports show: evaluations, by name. */
  readonly evaluate?: readonly unknown[]
  readonly steps: number
  readonly batch: number
  readonly seed?: number
  /** What the data was: written into checkpoints, so that sampling needs no data. */
  readonly facts?: {
    readonly shape: readonly number[]
    readonly classes?: number
    readonly range: readonly [low: number, high: number]
  }
  /** Steps between log lines, sample grids and checkpoints. */
  readonly every?: { readonly log?: number; readonly sample?: number; readonly checkpoint?: number }
}

/** What a recipe leaves out. */
export const recipeDefaults = { dynamics: 'alternating', optimizer: 'adam' } as const

const fields = {
  recipe: 'number',
  title: 'string',
  plugins: 'list of strings',
  data: 'spec',
  game: 'spec',
  dynamics: 'spec',
  optimizer: 'spec',
  slots: 'record of specs',
  evaluate: 'list',
  steps: 'positive integer',
  batch: 'positive integer',
  seed: 'non-negative integer',
  every: 'record of positive integers',
  facts: 'record of facts',
} as const

const isCount = (v: unknown) => Number.isSafeInteger(v) && (v as number) > 0

const isShape = (v: unknown) => Array.isArray(v) && v.every(isCount)
const isRange = (v: unknown) =>
  Array.isArray(v) &&
  v.length === 2 &&
  v.every(x => typeof x === 'number' && Number.isFinite(x)) &&
  v[0] < v[1]

const checks: Record<(typeof fields)[keyof typeof fields], (v: unknown) => boolean> = {
  number: v => typeof v === 'number',
  string: v => typeof v === 'string',
  'list of strings': v => Array.isArray(v) && v.every(s => typeof s === 'string'),
  list: v => Array.isArray(v),
  spec: v => typeof v === 'string' || isRecord(v),
  'record of specs': v => isRecord(v),
  'positive integer': isCount,
  'non-negative integer': v => Number.isSafeInteger(v) && (v as number) >= 0,
  'record of facts': v =>
    isRecord(v) && isShape(v.shape) && (v.classes === undefined || isCount(v.classes)) && isRange(v.range),
  'record of positive integers': v => isRecord(v) && Object.values(v).every(isCount),
}

/** Checks that a JSON value has the form of a recipe; names are checked by `realise`. Throws naming the field and its remedy. */
export function parseRecipe(json: unknown, where = 'recipe'): Recipe {
  if (!isRecord(json))
    throw new Error(`${where}: expected an object { "recipe": 1, "data", "game", "steps", "batch", ... }`)
  if (json.recipe !== 1)
    throw new Error(
      json.recipe === undefined
        ? `${where}: not a recipe: the field "recipe": 1 is missing`
        : `${where}: recipe format ${JSON.stringify(json.recipe)} is not known here (known: 1); install a newer equilibria`,
    )
  for (const [field, value] of Object.entries(json)) {
    const form = fields[field as keyof typeof fields]
    if (form === undefined) throw new Error(`${where}: ${unknownName('field', field, Object.keys(fields))}`)
    if (!checks[form](value))
      throw new Error(`${where}.${field}: expected a ${form}, got ${JSON.stringify(value)}`)
  }
  for (const field of ['data', 'game', 'steps', 'batch'] as const)
    if (json[field] === undefined) throw new Error(`${where}: the field "${field}" is missing`)
  const every = ['log', 'sample', 'checkpoint']
  for (const name of Object.keys((json.every ?? {}) as object))
    if (!every.includes(name)) throw new Error(`${where}.every: ${unknownName('field', name, every)}`)
  return json as unknown as Recipe
}

/** The values a recipe's names stand for. */
export interface Realised {
  readonly game: Game<Players, Batch>
  readonly dynamics: Dynamics
  readonly optimizer: Optimizer | Optimizers<Players>
  readonly slots: { readonly [name: string]: Slot }
  /** How the game makes samples, where it does. */
  readonly sampler?: Sampler | undefined
}

/** The recipe with what its data turned out to be. */
export const withFacts = (
  recipe: Recipe,
  { shape, classes, range }: Dataset,
): Recipe & Required<Pick<Recipe, 'facts'>> => ({
  ...recipe,
  facts: { shape, range, ...(classes === undefined ? {} : { classes }) },
})

/** Makes the dataset of a recipe. */
export const realiseData = async (recipe: Recipe, registry: Registry): Promise<Dataset> =>
  registry.make('datasets', recipe.data, {}, 'recipe.data')

/** Makes game, dynamics, optimizers and slots of a recipe. Throws on the first name or option that is not right, saying where. */
export function realise(recipe: Recipe, registry: Registry, facts: Facts): Realised {
  const { dynamics, optimizer } = { ...recipeDefaults, ...recipe } as {
    dynamics: unknown
    optimizer: { players?: Record<string, unknown> }
  }
  const { game, sampler } = registry.make('games', recipe.game, facts, 'recipe.game')
  return {
    game,
    sampler,
    dynamics: registry.make('dynamics', dynamics, facts, 'recipe.dynamics'),
    optimizer: isRecord(optimizer.players)
      ? mapRecord(optimizer.players, (spec, player) =>
          registry.make('optimizers', spec, facts, `recipe.optimizer.players.${player}`),
        )
      : registry.make('optimizers', optimizer, facts, 'recipe.optimizer'),
    slots: mapRecord(recipe.slots ?? {}, (spec, name) =>
      registry.make('slots', spec, facts, `recipe.slots.${name}`),
    ),
  }
}

const mapRecord = <A, B>(
  record: { readonly [k: string]: A },
  f: (a: A, k: string) => B,
): { [k: string]: B } => Object.fromEntries(Object.entries(record).map(([k, a]) => [k, f(a, k)]))
