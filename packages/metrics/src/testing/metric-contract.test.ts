import { expect, test } from 'vitest'
import type { Features, Metric } from '../metric.ts'
import { metricContract } from './metric-contract.ts'

const rows = (n: number, scale: number): Features => ({
  data: Float32Array.from({ length: n }, (_, i) => scale * Math.sin(3 * i)),
  shape: [n, 1],
})
const options = { good: rows(20, 1), bad: rows(20, 5) }

interface Sums {
  count: number
  sum: number
}
const size: Metric<Sums> = {
  name: 'size',
  measures: { size: { better: 'lower', unit: 'squares' } },
  init: () => ({ count: 0, sum: 0 }),
  update: (s, { data, shape }) => ({
    count: s.count + shape[0]!,
    sum: data.reduce((sum, v) => sum + v * v, s.sum),
  }),
  merge: (a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }),
  result: s => ({ size: s.sum / s.count }),
}

test('an honest metric passes', () => {
  expect(metricContract(size, options)).toEqual([])
})

test.each<[string, Partial<Metric<Sums>>, RegExp]>([
  [
    'depends on batches',
    {
      update: (s, f) => ({
        count: s.count + 1,
        sum: s.sum + f.data.reduce((a, v) => a + v * v, 0) / f.shape[0]! + 1 / f.shape[0]!,
      }),
    },
    /^batches of 1: size is/,
  ],
  ['forgets one part when merging', { merge: a => a }, /^merged: size/],
  [
    'is spoilt by merging',
    { merge: (a, b) => Object.assign(a, { count: a.count + b.count, sum: a.sum + b.sum }) },
    /merged again from the same parts/,
  ],
  ['is used up by its result', { result: s => ({ size: s.sum / s.count++ }) }, /asked for twice/],
  [
    'reports what it does not state',
    { result: s => ({ size: s.sum / s.count, more: 1 }) },
    /expected the measures size, the report holds more,size/,
  ],
  ['reports NaN', { result: () => ({ size: NaN }) }, /size is NaN; expected a finite number/],
  [
    'is oriented the wrong way',
    { measures: { size: { better: 'higher', unit: '' } } },
    /prefers bad samples/,
  ],
  ['is blind', { result: () => ({ size: 1 }) }, /no measure tells bad samples from good/],
  [
    'writes to its features',
    {
      update: (s, f) => {
        const next = size.update(s, f)
        f.data[0]! += 1
        return next
      },
    },
    /update changed the features/,
  ],
])('one that %s is caught', (_, changes, message) => {
  const failures = metricContract({ ...size, ...changes }, options)
  expect(failures.length).toBeGreaterThan(0)
  expect(failures.join('\n')).toMatch(message)
})
