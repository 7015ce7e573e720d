import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from '@equilibria/core'

const looksLikeFile = (given: string) =>
  given.startsWith('.') || given.startsWith('/') || given.startsWith('file:') || extname(given) !== ''

/**
 * Imports a plugin that the person at the command line named: a file, or a package installed where they are. Its default
 * export must be a plugin object. Throws if it cannot be found, fails to load, or exports something else.
 */
export async function loadPlugin(given: string, cwd: string): Promise<Plugin> {
  const url = looksLikeFile(given) ? fileUrl(given, cwd) : packageUrl(given, cwd)
  let module: { default?: unknown }
  try {
    module = await import(url)
  } catch (e) {
    const remedy = /\.tsx?$/.test(url)
      ? '. TypeScript plugins run where Node can strip types (Node >= 22.18) or under tsx; otherwise compile it to JavaScript'
      : ''
    throw new Error(`plugin "${given}" failed to load: ${e instanceof Error ? e.message : e}${remedy}`, {
      cause: e,
    })
  }
  const plugin = module.default
  if (typeof plugin !== 'object' || plugin === null || typeof (plugin as Plugin).name !== 'string')
    throw new Error(
      `plugin "${given}" has no plugin object as its default export; expected: export default { name: '...', losses: { ... } }`,
    )
  return plugin as Plugin
}

const fileUrl = (given: string, cwd: string) => {
  const path = given.startsWith('file:') ? new URL(given).pathname : resolve(cwd, given)
  if (!existsSync(path))
    throw new Error(`plugin file "${given}" does not exist: check the path (it starts from ${cwd})`)
  return pathToFileURL(path).href
}

const packageUrl = (given: string, cwd: string) => {
  try {
    return pathToFileURL(createRequire(join(cwd, 'package.json')).resolve(given)).href
  } catch (e) {
    // Packages that only export ESM are not visible to require; Node's own resolution may still find them from here.
    try {
      return import.meta.resolve(given)
    } catch {
      throw new Error(
        `plugin package "${given}" is not installed here: npm install ${given}, or give a file like ./plugin.js`,
        { cause: e },
      )
    }
  }
}
