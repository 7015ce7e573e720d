import { expect, it } from 'vitest'
import { ticks } from './ticks.ts'

it.each([
  [0, 10, 5, [0, 2, 4, 6, 8, 10]],
  [-1.2, 1.2, 4, [-1, 0, 1]],
  [0.05, 0.37, 4, [0.1, 0.2, 0.3]],
  [0, 4000, 4, [0, 1000, 2000, 3000, 4000]],
  [3, 3, 5, [3]],
])('between %d and %d, about %d', (low, high, count, expected) => {
  expect(ticks(low, high, count)).toEqual(expected)
})
