import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { coveredKernels } from './kernels.ts'
import { kernelsPage, uncovered } from './kernels-page.fixture.ts'

const page = readFileSync(new URL('../../../docs/compiled-kernels.md', import.meta.url), 'utf8')

test('docs/compiled-kernels.md is what the tables say; `npm run kernels` writes it anew', () => {
  expect(page).toBe(kernelsPage())
})

test('every kernel stands on the page, covered or not', () => {
  const listed = page.split(/[^\w]+/).filter(word => coveredKernels().includes(word))
  expect(new Set(listed)).toEqual(new Set(coveredKernels()))
  for (const name of Object.values(uncovered).flat()) expect(page).toMatch(new RegExp(`\\b${name}\\b`))
})
