import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { isRecord, type Plugin, type Registry } from '@equilibria/core'
import { datasetsNodePlugin } from '@equilibria/datasets/node'
import { parseRecipe, type Recipe, recipeDefaults } from '../recipe.ts'
import { makeRegistry } from '../registry.ts'
import { loadPlugin } from './plugins.ts'

/** The registry of the command: built-ins, what reads files, and the plugins allowed with --plugin. */
export async function commandRegistry(plugins: readonly string[], cwd: string): Promise<Registry> {
  const loaded: Plugin[] = []
  for (const given of plugins) loaded.push(await loadPlugin(given, cwd))
  return makeRegistry(datasetsNodePlugin, ...loaded)
}

/** A whole number flag. Throws naming the flag. */
export const wholeNumber =
  (flag: string, least: number) =>
  (text: string): number => {
    const n = Number(text)
    if (text.trim() === '' || !Number.isSafeInteger(n) || n < least)
      throw new Error(`${flag}: expected a whole number >= ${least}, got "${text}"`)
    return n
  }

/** Flags that change a recipe. */
export interface RecipeFlags {
  readonly data?: string
  readonly size?: number
  readonly steps?: number
  readonly batch?: number
  readonly seed?: number
  readonly set?: readonly string[]
}

/** A recipe by its name or from its file. Throws if it is neither, or the file is no recipe. */
export function findRecipe(given: string, registry: Registry, cwd: string): Recipe {
  const path = resolve(cwd, given)
  if (registry.names('recipes').includes(given)) return registry.make('recipes', given)
  if (!given.endsWith('.json') && !existsSync(path)) {
    registry.find('recipes', given) // Says which names are known.
  }
  if (!existsSync(path)) throw new Error(`recipe file ${given} does not exist: check the path`)
  if (statSync(path).isDirectory())
    throw new Error(
      `${given} is a folder, not a recipe; to continue a run: equilibria train --resume --out ${given}`,
    )
  return parseRecipe(parseJson(readFileSync(path, 'utf8'), given), given)
}

const parseJson = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (e) {
    throw new Error(`${where} is not JSON: ${(e as Error).message}`)
  }
}

/** The recipe with the command line's changes. */
export function changeRecipe(recipe: Recipe, flags: RecipeFlags, registry: Registry, cwd: string): Recipe {
  const { data, size, steps, batch, seed, set = [] } = flags
  let changed: Recipe = {
    ...recipeDefaults,
    ...recipe,
    ...(data === undefined ? {} : { data: dataSpec(data, recipe, registry, cwd) }),
    ...(steps === undefined ? {} : { steps }),
    ...(batch === undefined ? {} : { batch }),
    ...(seed === undefined ? {} : { seed }),
  }
  if (size !== undefined) changed = withSize(changed, size)
  for (const assignment of set) changed = assign(changed, assignment)
  return parseRecipe(JSON.parse(JSON.stringify(changed)), 'the recipe after the changes given')
}

/** `--data`: the name of a dataset, or a folder whose files say what they are. */
function dataSpec(given: string, recipe: Recipe, registry: Registry, cwd: string): unknown {
  const path = resolve(cwd, given)
  const named = registry.names('datasets').includes(given)
  if (named && !given.includes('/')) return given
  if (!existsSync(path))
    throw new Error(
      `--data ${given}: neither a dataset (${registry.names('datasets').join(', ')}) nor a folder that exists`,
    )
  if (!statSync(path).isDirectory())
    throw new Error(
      `--data ${given} is a file: give the folder that holds the pictures, IDX or CIFAR-10 files`,
    )
  const files = readdirSync(path)
  const current = typeof recipe.data === 'string' ? recipe.data : (recipe.data as { name?: string }).name
  // Both families use the same file names: the folder's own name tells them apart.
  if (files.some(f => /idx[123]-ubyte(\.gz)?$/.test(f)))
    return {
      name: current === 'fashionMnist' || /fashion/i.test(basename(path)) ? 'fashionMnist' : 'mnist',
      folder: path,
    }
  if (files.some(f => /\.bin(\.gz)?$/.test(f))) return { name: 'cifar10', folder: path }
  return { name: 'imageFolder', folder: path }
}

function withSize(recipe: Recipe, size: number): Recipe {
  const data = typeof recipe.data === 'string' ? { name: recipe.data } : (recipe.data as { name: string })
  if (data.name !== 'imageFolder')
    throw new Error(
      `--size ${size}: only folders of pictures can be resized; this recipe's data is "${data.name}"`,
    )
  return { ...recipe, data: { ...data, size } }
}

/** `--set game.loss=hinge`: a value (JSON, or else text) at a path of the recipe that exists or can be made. */
function assign(recipe: Recipe, assignment: string): Recipe {
  const at = assignment.indexOf('=')
  if (at <= 0) throw new Error(`--set ${assignment}: expected path=value, like --set game.loss=hinge`)
  const path = assignment.slice(0, at).split('.')
  if (
    path.some(part => part === '' || part === '__proto__' || part === 'constructor' || part === 'prototype')
  )
    throw new Error(`--set ${assignment}: "${path.join('.')}" is not a path in a recipe`)
  const text = assignment.slice(at + 1)
  let value: unknown = text
  try {
    value = JSON.parse(text)
  } catch {}
  const write = (node: unknown, [head, ...rest]: string[]): unknown => {
    if (head === undefined) return value
    // A name without options is short for { "name": ... }.
    const record = typeof node === 'string' ? { name: node } : (node ?? {})
    if (!isRecord(record))
      throw new Error(
        `--set ${assignment}: there is no "${head}" to set: the recipe has ${JSON.stringify(node)} there`,
      )
    return { ...record, [head]: write(record[head], rest) }
  }
  return write(recipe, path) as Recipe
}

/** A folder for a new run: the one asked for, or the first of runs/<name>, runs/<name>-2, ... that holds nothing. */
export function freshFolder(name: string, cwd: string): string {
  for (let i = 1; ; i++) {
    const dir = join('runs', i === 1 ? name : `${name}-${i}`)
    const path = resolve(cwd, dir)
    if (!existsSync(path) || readdirSync(path).length === 0) return dir
  }
}
