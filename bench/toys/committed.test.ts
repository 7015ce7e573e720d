import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { pageOf } from './page.ts'
import { type FormName, forms, protocol } from './protocol.ts'
import { recipes } from './recipes.ts'
import { nameOf, readResult, readResults } from './results.ts'

// What docs/benchmarks says was measured: by the recipes of today, with the results that are told.

const docs = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url))
const folder = `${docs}toys`
const results = readResults(folder)

test('every result is of the recipe that goes by its name today', () => {
  const files = readdirSync(folder).map(name => name.replace(/\.json$/, ''))
  for (const result of results) {
    expect(files).toContain(nameOf(result))
    expect(result.samples).toBe(protocol.samples)
    // Throws if the recipe was another one.
    expect(readResult(folder, result, recipes[result.recipe].recipe(result.data, result.steps))).toEqual(
      result,
    )
  }
})

describe.each([
  ['ring', 8, 0.07],
  ['grid', 25, 0.04],
] as const)('the default recipe on the %s, quick form', (data, modes, reverseKl) => {
  const runs = results.filter(r => r.recipe === 'default' && r.data === data && r.steps === 20_000)

  test('was run with five seeds', () => {
    expect(runs.map(({ seed }) => seed).sort()).toEqual([0, 1, 2, 3, 4])
  })

  test.each(runs.map(run => [run.seed, run] as const))('reached the goal with seed %i', (_, run) => {
    expect(run.modes).toBe(modes)
    expect(run.highQuality).toBeGreaterThanOrEqual(0.9)
    expect(run.reverseKl).toBeLessThan(reverseKl)
  })
})

const pages: { readonly [form in FormName]: readonly [file: string, title: string] } = {
  quick: ['toys.md', 'Toys, quick form'],
  full: ['toys-full.md', 'Toys, full form'],
}

test.each(Object.keys(pages) as FormName[])(
  'the page of the %s form is what its results make',
  async form => {
    const [file, title] = pages[form]
    const made = () => {
      const of = readResults(folder).filter(({ steps }) => steps === forms[form].steps)
      return of.length === 0 ? undefined : pageOf(title, forms[form], of)
    }
    const written = () => (existsSync(docs + file) ? readFileSync(docs + file, 'utf8') : undefined)
    // A run of the benchmark writes a result first and its page right after: between the two they differ.
    await expect.poll(() => written() === made(), { timeout: 5000, interval: 500 }).toBe(true)
    expect(written()).toBe(made())
  },
)
