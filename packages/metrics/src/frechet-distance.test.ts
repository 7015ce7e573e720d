import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { key, normals } from '@equilibria/core'
import { expect, test } from 'vitest'
import { frechet, frechetDistance } from './frechet-distance.ts'
import type { Features } from './metric.ts'
import { addMoments, mergeMoments, noMoments } from './moments.ts'
import { metricContract } from './testing.ts'

const features = (rows: number[][]): Features => ({
  data: Float32Array.from(rows.flat()),
  shape: [rows.length, rows[0]!.length],
})
const moments = (f: Features) => addMoments(noMoments(), f)
const gaussian = (seed: number, n: number, d: number, scale = 1, shift = 0): Features => ({
  data: normals(key(seed), n * d).map(z => scale * z + shift),
  shape: [n, d],
})

const cases: { name: string; a: number[][]; b: number[][]; expected: number }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/frechet.json'), 'utf8'),
)
test.each(cases)('agrees with scipy: $name', ({ a, b, expected }) => {
  const [ma, mb] = [moments(features(a)), moments(features(b))]
  expect(Math.abs(frechet(ma, mb) - expected)).toBeLessThan(1e-7 * expected)
  expect(Math.abs(frechet(mb, ma) - expected)).toBeLessThan(1e-7 * expected)
})

test('of a set and itself it is 0, even where the covariance is singular', () => {
  for (const f of [
    gaussian(1, 200, 8),
    gaussian(2, 5, 12),
    features([
      [1, 2],
      [1, 3],
      [1, 4],
    ]),
  ]) {
    const m = moments(f)
    const trace = m.mean.length
    expect(frechet(m, m)).toBeLessThan(1e-12 * trace)
  }
})

test('in one dimension it is (m1 - m2)^2 + (s1 - s2)^2', () => {
  const a = features([[0], [2]])
  const b = features([[5], [11]])
  // Standard deviations sqrt 2 and sqrt 18.
  expect(frechet(moments(a), moments(b))).toBeCloseTo(49 + (Math.SQRT2 - Math.sqrt(18)) ** 2, 10)
})

test('collapse, a shift and a smear are all worse than a fresh sample', () => {
  const reference = moments(gaussian(1, 1000, 6))
  const metric = frechetDistance({ reference })
  const distance = (f: Features) => metric.result(metric.update(metric.init(), f)).frechet!
  const fresh = distance(gaussian(2, 1000, 6))
  expect(fresh).toBeGreaterThan(0)
  expect(fresh).toBeLessThan(0.1)
  expect(distance(gaussian(2, 1000, 6, 0))).toBeCloseTo(6, 0)
  expect(distance(gaussian(2, 1000, 6, 1, 1))).toBeGreaterThan(5)
  expect(distance(gaussian(2, 1000, 6, 2))).toBeGreaterThan(5)
})

test('fewer rows read as a larger distance: the bias that makes counts matter', () => {
  const reference = moments(gaussian(1, 4000, 6))
  const few = frechet(moments(gaussian(3, 50, 6)), reference)
  const many = frechet(moments(gaussian(3, 2000, 6)), reference)
  expect(few).toBeGreaterThan(5 * many)
})

test('keeps the metric’s contract', () => {
  const metric = frechetDistance({ reference: moments(gaussian(1, 100, 4)), name: 'points-FID' })
  expect(metricContract(metric, { good: gaussian(2, 60, 4), bad: gaussian(2, 60, 4, 0.1) })).toEqual([])
})

test('moments do not depend on batches in any bit, and far offsets cost no digits', () => {
  const all = gaussian(5, 97, 3, 0.01, 5000)
  const whole = moments(all)
  let parts = noMoments()
  for (const [from, to] of [
    [0, 1],
    [1, 50],
    [50, 97],
  ] as const)
    parts = addMoments(parts, { data: all.data.slice(from * 3, to * 3), shape: [to - from, 3] })
  expect(parts).toEqual(whole)
  // By definition, in two passes.
  for (const i of [0, 1, 2])
    for (const j of [0, 1, 2]) {
      let sum = 0
      for (let row = 0; row < 97; row++)
        sum += (all.data[row * 3 + i]! - whole.mean[i]!) * (all.data[row * 3 + j]! - whole.mean[j]!)
      expect(Math.abs(whole.scatter[i * 3 + j]! - sum)).toBeLessThan(1e-9)
    }
})

test('a reference may be read from a file of plain arrays', () => {
  const reference = moments(gaussian(1, 50, 3))
  const plain = JSON.parse(
    JSON.stringify({
      ...reference,
      mean: [...Array.from(reference.mean)],
      scatter: Array.from(reference.scatter),
    }),
  )
  const other = moments(gaussian(2, 50, 3))
  expect(frechet(plain, other)).toBe(frechet(reference, other))
})

const m = (d: number, n = 5) => moments(gaussian(1, n, d))
test.each([
  [() => frechet(m(3, 1), m(3)), 'needs at least 2 rows on each side, got 1'],
  [() => frechet(m(3), m(4)), 'features of one length, got 3 and 4'],
  [() => addMoments(m(3), gaussian(1, 2, 4)), 'expected rows of 3 numbers like those before, got 4'],
  [() => addMoments(noMoments(), features([[1, Number.NaN]])), 'number 1 of row 0 is NaN'],
  [() => addMoments(noMoments(), { data: new Float32Array(5), shape: [2, 3] }), 'hold 6 numbers, got 5'],
  [() => mergeMoments(m(2), m(3)), 'cannot merge rows of 2 and of 3 numbers'],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})
