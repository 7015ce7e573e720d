import type { Dynamics } from './dynamics.ts'
import type { Game } from './game.ts'
import type { Regularizer } from './games/scene.ts'
import type { Latent } from './latent.ts'
import type { Loss } from './loss.ts'
import type { Network } from './network.ts'
import type { Optimizer } from './optimizer.ts'
import type { Schedule } from './optimizers/schedule.ts'
import type { Slot } from './slot.ts'

/** What plugins can provide: kind -> the type of its values. Packages add kinds by declaration merging. */
export interface Kinds {
  losses: Loss
  regularizers: Regularizer
  networks: Network
  latents: Latent
  optimizers: Optimizer
  schedules: Schedule
  dynamics: Dynamics
  slots: Slot
  games: Playable
}

/** How samples are drawn from a game's players: which network, whose parameters, what latents. */
export interface Sampler {
  readonly player: string
  readonly network: Network
  readonly latent: Latent
}

/** A game as recipes know it: the players, and how to sample from them where they make samples. */
export interface Playable {
  // biome-ignore lint/suspicious/noExplicitAny: games of all players and batches
  readonly game: Game<any, any>
  readonly sampler?: Sampler
}

/** A kind of plugin value. */
export type Kind = keyof Kinds & string

/**
 * The type of each named factory, under "kind/name". A plugin adds its own by declaration merging:
 * `declare module '@equilibria/core' { interface Named { 'losses/logistic': typeof logistic } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Named {}

/** Marks an option without a default. */
export const required: unique symbol = Symbol('required')
/** Marks an option that is filled in from the data (`shape`, `classes`) unless given. */
export const fromData: unique symbol = Symbol('from data')

/** Marks an option that is a plugin value (or, with `many`, a record of them). */
export interface Part {
  readonly part: Kind
  readonly many: boolean
  readonly otherwise: unknown
}

/**
 * An option whose value is a plugin value of `kind`: `"hinge"`, `{ "name": "r1", "gamma": 1 }`; `otherwise` is its default, null
 * where it may be left out.
 */
export const part = (kind: Kind, otherwise: unknown = required): Part => ({
  part: kind,
  many: false,
  otherwise,
})

/** An option whose value is a record of plugin values of `kind`, empty by default. */
export const parts = (kind: Kind): Part => ({ part: kind, many: true, otherwise: {} })

/** Options by name: a plain default value, or `required`, `fromData`, `part(...)`, `parts(...)`. */
export type Options = { readonly [option: string]: unknown }

/** A factory together with the options it takes by name. */
export interface Entry<V = unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: checked against `options` when called by name
  readonly make: (options: any) => V
  readonly options: Options
}

/** Describes a factory to the registry: which options may be given by name, and their defaults. */
export const entry = <V>(make: Entry<V>['make'], options: Options): Entry<V> => ({ make, options })

/** What a package or a user provides, by kind and name. A bare function is a factory without options. */
export type Plugin = { readonly name: string } & {
  readonly [K in Kind]?: { readonly [name: string]: Entry<Kinds[K]> | (() => Kinds[K]) }
}

/** How recipes write a plugin value: its name, or its name with options. */
export type Spec = string | ({ readonly name: string } & Options)

/** What is known of the data when a recipe is made real: its row shape and number of classes. */
export type Facts = { readonly shape?: readonly number[]; readonly classes?: number | undefined }

/** Names for plugin values. */
export interface Registry {
  /** Makes a plugin's values known. Doing so twice changes nothing; another plugin's taking the same name is an error. */
  use(plugin: Plugin): void
  /** The names known of a kind, sorted. */
  names(kind: string): string[]
  /** The kinds of which anything is known. */
  kinds(): string[]
  /** The entry of a name, with the plugin it came from. Throws on unknown names, listing the known. */
  find<K extends Kind>(kind: K, name: string, where?: string): Entry<Kinds[K]> & { readonly from: string }
  /**
   * The value a spec stands for, its parts included. Throws on unknown names, unknown, missing or mistyped options, saying
   * `where` in the recipe.
   */
  make<K extends Kind>(kind: K, spec: unknown, facts?: Facts, where?: string): Kinds[K]
  /** The factory of a name, typed where its plugin declared it in `Named`. */
  factory<K extends Kind, N extends string>(
    kind: K,
    name: N,
  ): `${K}/${N}` extends keyof Named ? Named[`${K}/${N}`] : Entry<Kinds[K]>['make']
}

/** Whether a value is a record: an object that is no list. */
export const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v)
/** Whether an option's default marks it as a part (`part`, `parts`). */
export const isPart = (v: unknown): v is Part => isRecord(v) && 'part' in v && 'many' in v
const show = (v: unknown) => (typeof v === 'symbol' ? v.description : JSON.stringify(v))
const typeName = (v: unknown) => (Array.isArray(v) ? 'list' : v === null ? 'null' : typeof v)

/** Known words closest to a mistyped one, for error messages. */
const closest = (word: string, known: readonly string[]): string | undefined => {
  const distance = (a: string, b: string) => {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j)
    for (let i = 1; i <= a.length; i++) {
      const next = [i]
      for (let j = 1; j <= b.length; j++)
        next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      row = next
    }
    return row[b.length]!
  }
  const [best] = known
    .map(k => [distance(word.toLowerCase(), k.toLowerCase()), k] as const)
    .sort((x, y) => x[0] - y[0])
  return best && best[0] <= Math.min(Math.max(2, word.length / 3), word.length - 1) ? best[1] : undefined
}

/** `unknown loss "logistc"; did you mean "logistic"? Known: ...` */
export const unknownName = (what: string, name: string, known: readonly string[]): string => {
  const guess = closest(name, known)
  return `unknown ${what} "${name}"${guess ? `; did you mean "${guess}"?` : ';'} known: ${known.join(', ') || '(none)'}`
}

const singular = (kind: string) =>
  kind === 'losses' ? 'loss' : kind === 'dynamics' ? kind : kind.replace(/s$/, '')

/** A registry that knows nothing yet. */
export function createRegistry(): Registry {
  const kinds = new Map<string, Map<string, Entry & { from: string; given: unknown }>>()

  const registry: Registry = {
    use(plugin) {
      if (!isRecord(plugin) || typeof plugin.name !== 'string')
        throw new Error('a plugin is an object { name, losses?, networks?, ... }; this one has no name')
      const { name: from, ...provided } = plugin as { name: string } & Record<string, unknown>
      for (const [kind, entries] of Object.entries(provided)) {
        if (!isRecord(entries))
          throw new Error(
            `plugin "${from}": expected ${kind} to be a record of factories, got ${typeName(entries)}`,
          )
        const known = kinds.get(kind) ?? new Map()
        for (const [name, given] of Object.entries(entries)) {
          const made = typeof given === 'function' ? { make: given as Entry['make'], options: {} } : given
          if (!isRecord(made) || typeof made.make !== 'function' || !isRecord(made.options))
            throw new Error(
              `plugin "${from}": ${kind}.${name} must be a function or entry(function, options), got ${typeName(given)}`,
            )
          const other = known.get(name)
          if (other && other.given !== given)
            throw new Error(
              `${singular(kind)} "${name}" is provided by both "${other.from}" and "${from}": rename one of them`,
            )
          known.set(name, { ...(made as unknown as Entry), from, given })
        }
        kinds.set(kind, known)
      }
    },
    kinds: () => [...kinds.keys()].sort(),
    names: kind => [...(kinds.get(kind)?.keys() ?? [])].sort(),
    find(kind, name, where = '') {
      const found = kinds.get(kind)?.get(name)
      if (!found)
        throw new Error(
          `${where && `${where}: `}${unknownName(singular(kind), name, registry.names(kind))}. Names from other packages need their plugin (--plugin)`,
        )
      return found as never
    },
    factory: (kind, name) => registry.find(kind, name).make as never,
    make(kind, spec, facts = {}, where = kind) {
      const given = typeof spec === 'string' ? { name: spec } : spec
      if (!isRecord(given) || typeof given.name !== 'string')
        throw new Error(
          `${where}: expected a name or { "name": ..., options }, got ${JSON.stringify(spec) ?? 'nothing'}; known: ${registry.names(kind).join(', ')}`,
        )
      const { name, ...options } = given
      const found = registry.find(kind, name as string, where)
      const known = Object.keys(found.options)
      for (const option of Object.keys(options))
        if (!known.includes(option))
          throw new Error(
            known.length === 0
              ? `${where}: "${name}" takes no options, got "${option}"`
              : `${where}: ${unknownName(`option of "${name}"`, option, known)}`,
          )
      const filled = Object.fromEntries(
        Object.entries(found.options)
          .map(([option, fallback]) => [
            option,
            fill(option, options[option], fallback, facts, `${where}.${option}`),
          ])
          .filter(([, value]) => value !== undefined),
      )
      try {
        return found.make(filled)
      } catch (e) {
        throw new Error(`${where}: ${e instanceof Error ? e.message : e}`, { cause: e })
      }
    },
  }

  const fill = (option: string, value: unknown, fallback: unknown, facts: Facts, where: string): unknown => {
    if (fallback === fromData) {
      const filled = value ?? facts[option as keyof Facts]
      if (filled === undefined && option !== 'classes')
        throw new Error(`${where}: must be given, since no data says what it is`)
      return filled
    }
    if (isPart(fallback)) {
      const spec = value === undefined ? fallback.otherwise : value
      if (spec === required)
        throw new Error(
          `${where}: must be given; known ${fallback.part}: ${registry.names(fallback.part).join(', ')}`,
        )
      if (spec === null) return undefined
      if (fallback.many) {
        if (!isRecord(spec))
          throw new Error(`${where}: expected a record of ${fallback.part}, got ${typeName(spec)}`)
        return Object.fromEntries(
          Object.entries(spec).map(([k, s]) => [k, registry.make(fallback.part, s, facts, `${where}.${k}`)]),
        )
      }
      // A plain number stands for itself where a schedule is wanted.
      return typeof spec === 'number' && fallback.part === 'schedules'
        ? spec
        : registry.make(fallback.part, spec, facts, where)
    }
    if (value === undefined) {
      if (fallback === required) throw new Error(`${where}: must be given`)
      return fallback
    }
    if (fallback !== required && fallback !== undefined && typeName(value) !== typeName(fallback))
      throw new Error(
        `${where}: expected a ${typeName(fallback)} like ${show(fallback)}, got ${JSON.stringify(value)}`,
      )
    return value
  }

  return registry
}
