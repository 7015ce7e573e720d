import { key, uniforms } from '@equilibria/core'
import { expect, test } from 'vitest'
import { classBalance, shareOf } from './class-balance.ts'
import type { Features } from './metric.ts'
import { metricContract } from './testing.ts'

/** Probabilities with `top` on the given labels. */
const sure = (labels: readonly number[], classes: number, top = 0.9): Features => ({
  data: Float32Array.from(
    labels.flatMap(label =>
      Array.from({ length: classes }, (_, c) => (c === label ? top : (1 - top) / (classes - 1))),
    ),
  ),
  shape: [labels.length, classes],
})
const report = (features: Features, classes: number) => {
  const metric = classBalance({ classes })
  return metric.result(metric.update(metric.init(), features))
}

test('shares, certainty and evenness by hand', () => {
  const r = report(sure([0, 0, 0, 1], 3), 3)
  expect([r[shareOf(0)], r[shareOf(1)], r[shareOf(2)], r.samples]).toEqual([0.75, 0.25, 0, 4])
  expect(r.meanTopProbability).toBeCloseTo(0.9, 6)
  expect(r.classKl).toBeCloseTo(0.75 * Math.log(0.75 * 3) + 0.25 * Math.log(0.25 * 3), 10)
})

test('even classes have a KL of 0, one class ln(classes)', () => {
  expect(report(sure([0, 1, 2, 3], 4), 4).classKl).toBe(0)
  expect(report(sure([2, 2, 2], 4), 4).classKl).toBeCloseTo(Math.log(4), 12)
})

test('keeps the metric’s contract: unsure and uneven samples are worse', () => {
  const labels = [...uniforms(key(1), 60)].map(v => Math.floor(v * 5))
  const bad = sure(
    labels.map(() => 3),
    5,
    0.4,
  )
  expect(metricContract(classBalance({ classes: 5 }), { good: sure(labels, 5), bad })).toEqual([])
})

test.each([
  [() => classBalance({ classes: 1 }), 'expected at least 2 classes, got 1'],
  [() => report(sure([0], 3), 4), 'expected probabilities [n, 4], got [1,3]'],
  [
    () => report({ data: Float32Array.of(3, -1), shape: [1, 2] }, 2),
    'row 0 holds no probabilities, its largest is 3',
  ],
  [() => report({ data: Float32Array.of(NaN, NaN), shape: [1, 2] }, 2), 'row 0 holds no probabilities'],
  [() => report({ data: new Float32Array(0), shape: [0, 2] }, 2), 'there are no samples'],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})
