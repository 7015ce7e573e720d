import '@tensorflow/tfjs-backend-cpu'
import { createRegistry, key } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { memory, setBackend, square, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, expectTypeOf, test } from 'vitest'
import { collected, drawn, evaluate, gather, values } from './evaluate.ts'
import { metricsPlugin, type modeCoverage } from './index.ts'
import type { Metric } from './metric.ts'

beforeAll(() => setBackend('cpu'))

const mean: Metric<{ n: number; sum: number }> = {
  name: 'mean',
  measures: { mean: { better: 'neither', unit: '' } },
  init: () => ({ n: 0, sum: 0 }),
  update: (s, { data }) => ({ n: s.n + data.length, sum: s.sum + data.reduce((a, b) => a + b, 0) }),
  merge: (a, b) => ({ n: a.n + b.n, sum: a.sum + b.sum }),
  result: s => ({ mean: s.sum / s.n }),
}
const batch = (...rows: number[]) => tensor2d(rows, [rows.length, 1])

test('tensors, datasets’ batches and streams are all read once and released', async () => {
  const before = memory().numTensors
  expect(await evaluate({ metric: mean, batches: [batch(1, 2, 3), { data: batch(6) }] })).toEqual({ mean: 3 })
  const data = ring({ size: 10, labels: true })
  const state = await gather({ metric: mean, batches: data.pass(4) })
  expect(state.n).toBe(20)
  expect(memory().numTensors).toBe(before)
})

test('features come from the extractor given', async () => {
  const squares = async (rows: ReturnType<typeof batch>) => {
    const made = square(rows)
    const features = await values(made)
    made.dispose()
    return features
  }
  expect(await evaluate({ metric: mean, features: squares as never, batches: [batch(1, 2, 3)] })).toEqual({
    mean: 14 / 3,
  })
})

test('a batch is released even where the metric throws', async () => {
  const before = memory().numTensors
  const fails: typeof mean = {
    ...mean,
    update: () => {
      throw new Error('no')
    },
  }
  await expect(evaluate({ metric: fails, batches: [batch(1)] })).rejects.toThrow('no')
  expect(memory().numTensors).toBe(before)
})

test('samples are drawn in numbered batches', async () => {
  const seen: number[] = []
  const report = await evaluate({
    metric: mean,
    batches: drawn(10, 4, (first, n) => {
      seen.push(first, n)
      return batch(...Array.from({ length: n }, (_, i) => first + i))
    }),
  })
  expect(seen).toEqual([0, 4, 4, 4, 8, 2])
  expect(report.mean).toBe(4.5)
})

test('metrics can be had by name, filled in from the data', async () => {
  const registry = createRegistry()
  registry.use(metricsPlugin)
  const data = ring()
  const metric = registry.make('metrics', 'modeCoverage', data)
  const report = await evaluate({ metric, batches: [await data.at({ step: 0, n: 500, key: key(1) })] })
  expect(report.modes).toBe(8)
  expect(() => registry.make('metrics', 'modeCoverage', {})).toThrow('modes: must be given')
  expect(() => registry.make('metrics', 'fid')).toThrow(/unknown metric.* "fid".*modeCoverage/)
  expect(registry.make('metrics', 'classBalance', { classes: 10 }).name).toBe('classBalance')
  expectTypeOf(registry.factory('metrics', 'modeCoverage')).toEqualTypeOf<typeof modeCoverage>()
})

test('batches are collected into one, and released', async () => {
  const before = memory().numTensors
  const points = (...rows: [number, number][]) => tensor2d(rows)
  const { data, shape } = await collected([points([1, 2], [3, 4]), { data: points([5, 6]) }])
  expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
  expect(shape).toEqual([3, 2])
  expect((await collected([])).shape).toEqual([0])
  await expect(collected([points([1, 2]), batch(3)])).rejects.toThrow(
    'expected rows of one shape, got [2] and [1]',
  )
  expect(memory().numTensors).toBe(before)
})
