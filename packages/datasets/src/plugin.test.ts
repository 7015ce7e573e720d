import '@tensorflow/tfjs-backend-cpu'
import { createRegistry, key } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, expectTypeOf, test } from 'vitest'
import { datasetsPlugin, type ring } from './index.ts'
import { datasetsNodePlugin } from './node.ts'

beforeAll(() => setBackend('cpu'))

const registry = createRegistry()
registry.use(datasetsPlugin)
registry.use(datasetsNodePlugin)

test('every toy can be had by its name, and its batches have the shape and range it states', async () => {
  for (const name of Object.keys(datasetsPlugin.datasets)) {
    const data = await registry.make('datasets', { name, size: 1000 })
    const { data: rows } = await data.at({ step: 1, n: 64, key: key(2) })
    expect([data.name, data.size, rows.shape]).toEqual([name, 1000, [64, 2]])
    rows.dispose()
  }
})

test('options by name reach the dataset, and unknown ones are refused', async () => {
  const data = await registry.make('datasets', { name: 'ring', count: 5, labels: true })
  expect(data.classes).toBe(5)
  expect(() => registry.make('datasets', { name: 'ring', modes: 5 })).toThrow(
    'unknown option of "ring" "modes"',
  )
  expect(() => registry.make('datasets', 'rng')).toThrow('did you mean "ring"?')
  expect(() => registry.make('datasets', 'imageFolder')).toThrow('folder: must be given')
  await expect(registry.make('datasets', { name: 'imageFolder', folder: '/nowhere' })).rejects.toThrow(
    '/nowhere: cannot be read',
  )
  expect((await registry.make('datasets', { name: 'mnist', split: 'test' })).size).toBeGreaterThan(1000)
})

test('names are typed', () => {
  expectTypeOf(registry.factory('datasets', 'ring')).toEqualTypeOf<typeof ring>()
})
