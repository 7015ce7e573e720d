import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Everything a file imports, and what its relative imports import. */
const imports = (file: URL, seen = new Map<string, string[]>()): Map<string, string[]> => {
  if (seen.has(file.href)) return seen
  const found = [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
    m => m[1] ?? m[2]!,
  )
  seen.set(file.href, found)
  for (const name of found) if (name.startsWith('.')) imports(new URL(name, file), seen)
  return seen
}

describe('the main entry', () => {
  it('runs in a browser: it imports the core and tfjs-core, and nothing of Node', () => {
    const graph = imports(new URL('./index.ts', import.meta.url))
    const outside = new Set([...graph.values()].flat().filter(name => !name.startsWith('.')))
    expect(outside).toEqual(new Set(['@equilibria/core', '@tensorflow/tfjs-core']))
    expect([...graph.keys()].filter(file => file.includes('/node/'))).toEqual([])
    expect(graph.size).toBeGreaterThan(15)
  })
})

describe('the entry for browsers', () => {
  it('imports nothing of Node', () => {
    const graph = imports(new URL('./browser.ts', import.meta.url))
    const all = [...graph.keys(), ...[...graph.values()].flat()]
    expect(all.filter(name => /node[:/]/.test(name.replace(import.meta.dirname, '')))).toEqual([])
    expect(graph.size).toBeGreaterThan(4)
  })
})
