import { expect, it } from 'vitest'
import { bounds } from './chart.ts'

it.each<[string, readonly number[], readonly [number, number]]>([
  ['nothing', [], [0, 1]],
  ['a few values: all of them', [1, 3, 2], [0.9, 3.1]],
  ['many: without a spike', [...Array.from({ length: 400 }, (_, i) => i % 2), 1000], [-0.05, 1.05]],
  ['numbers that are none', [0, Number.NaN, 1, Number.POSITIVE_INFINITY], [-0.05, 1.05]],
])('spans %s', (_, values, [low, high]) => {
  expect(bounds(values)[0]).toBeCloseTo(low, 9)
  expect(bounds(values)[1]).toBeCloseTo(high, 9)
})
