import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory as rowsInMemory } from '@equilibria/datasets'
import type { Snapshot } from '@equilibria/trainers'
import { folderStore } from '@equilibria/trainers/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { optionsOf } from './options.ts'
import { checkFolder, folderOf, recipeOf } from './run.ts'

const images = (n: number, name = 'images') => ({
  train: rowsInMemory({ name, rows: new Uint8Array(n), shape: [1] }),
})
const recipe = (...argv: string[]) => recipeOf(optionsOf(argv), images(8))
const alternating = ['--play', 'alternating']

let folder: string
const checkpoint = (kept: unknown) =>
  folderStore(join(folder, 'checkpoints')).save({
    step: 1,
    key: [1, 2],
    tensors: {},
    about: { backend: 'cpu', engine: 'eager', batch: 100, seconds: 1, recipe: kept, saved: '' },
  } satisfies Snapshot)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goodfellow-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('each recipe has a folder of its own', () => {
  const names = [
    recipe(),
    recipe('--seed', '1'),
    recipe('--cost', 'minimax'),
    recipe(...alternating),
    recipe(...alternating, '--k', '5'),
    recipeOf(optionsOf([]), images(9)),
  ].map(folderOf)
  expect(names[0]).toBe(join('runs', 'nonSaturating-simultaneous-8-seed-0'))
  expect(names[4]).toBe(join('runs', 'nonSaturating-alternating-5-8-seed-0'))
  expect(new Set(names).size).toBe(6)
})

test('an empty folder, and one that holds the same run, are taken', async () => {
  await checkFolder(folder, recipe())
  await checkpoint(recipe())
  await checkFolder(folder, recipe('--minutes', '5', '--epochs', '3', '--baselines', '--engine', 'eager'))
})

test.each([
  [recipe('--cost', 'minimax'), 'cost nonSaturating there, minimax here'],
  [recipe(...alternating, '--k', '2'), 'play simultaneous there, alternating here; k 1 there, 2 here'],
  [recipe('--seed', '3'), 'seed 0 there, 3 here'],
  [recipeOf(optionsOf([]), images(9)), 'images 8 there, 9 here'],
  [recipeOf(optionsOf([]), images(8, 'others')), 'data images there, others here'],
])('a folder that holds another run is refused in one line: %#', async (other, difference) => {
  await checkpoint(recipe())
  const error = await checkFolder(folder, other).catch(e => e as Error)
  expect(error?.message).toBe(
    `--out ${folder} holds another run (${difference}): go on with its own options, or leave --out away, and each run has a folder of its own`,
  )
})

test('and so is one that does not say what it holds', async () => {
  await checkpoint(null)
  await expect(checkFolder(folder, recipe())).rejects.toThrow('cost unknown there, nonSaturating here; ')
})
