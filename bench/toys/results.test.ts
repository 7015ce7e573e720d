import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { recipes } from './recipes.ts'
import { readResult, readResults, writeResult } from './results.ts'
import { resultOf } from './toys.fixture.ts'

const folder = join(mkdtempSync(join(tmpdir(), 'equilibria-toys-')), 'results')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('results are kept by cell, and are of one recipe', async () => {
  expect(readResults(folder)).toEqual([])
  const [first, second] = [resultOf(), resultOf({ seed: 1 })]
  expect(readResult(folder, first, first.spec)).toBeUndefined()
  await writeResult(folder, first)
  await writeResult(folder, second)
  await writeResult(folder, second)
  expect(readdirSync(folder).sort()).toEqual(['ring-default-20000-0.json', 'ring-default-20000-1.json'])
  expect(readResults(folder)).toEqual([first, second])
  expect(readResult(folder, second, second.spec)).toEqual(second)
  expect(() => readResult(folder, first, recipes.gan.recipe('ring', 20_000))).toThrow(
    'the recipe was another one when this was measured; delete the file to measure again',
  )
})
