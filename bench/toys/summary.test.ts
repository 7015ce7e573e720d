import { expect, test } from 'vitest'
import { perfect, reached, spread } from './summary.ts'
import { resultOf } from './toys.fixture.ts'

test('mean and standard error', () => {
  const { mean, error } = spread([1, 2, 3, 6])
  expect(mean).toBe(3)
  // Squared deviations 4, 1, 0, 9: s = sqrt(14 / 3), over sqrt 4.
  expect(error).toBeCloseTo(Math.sqrt(14 / 3) / 2, 12)
  expect(spread([5])).toEqual({ mean: 5 })
  expect(() => spread([])).toThrow('of no numbers')
})

test.each([
  [{}, true],
  [{ modes: 7 }, false],
  [{ highQuality: 0.8996 }, false],
  [{ reverseKl: 0.07 }, false],
  [{ data: 'grid', modes: 25, reverseKl: 0.039 }, true],
  [{ data: 'grid', modes: 25, reverseKl: 0.05 }, false],
  [{ data: 'grid', modes: 8 }, false],
] as const)('%o reaches the goal: %s', (changes, expected) => {
  expect(reached(resultOf(changes))).toBe(expected)
})

test('a perfect sampler', () => {
  expect(perfect('ring', 2500).highQuality).toBeCloseTo(0.98889, 5)
  expect(perfect('ring', 2500).reverseKl).toBeCloseTo(0.0014, 10)
  expect(perfect('grid', 2500)).toMatchObject({ modes: 25, reverseKl: 0.0048 })
})
