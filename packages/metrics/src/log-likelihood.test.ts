import { expect, test } from 'vitest'
import { logLikelihood } from './log-likelihood.ts'
import { metricContract } from './testing.ts'

const densities = (shift: number) => ({
  data: Float32Array.from({ length: 24 }, (_, i) => shift + Math.sin(i)),
  shape: [24, 1],
})

test('keeps the metric’s contract', () => {
  expect(metricContract(logLikelihood(), { good: densities(200), bad: densities(100) })).toEqual([])
})

test('is the mean and s / sqrt(n), far from 0 as well', () => {
  const metric = logLikelihood()
  const { data } = densities(1e4)
  const mean = data.reduce((a, b) => a + b, 0) / 24
  const squares = data.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  const report = metric.result(metric.update(metric.init(), { data, shape: [24] }))
  expect(report.rows).toBe(24)
  expect(report.logLikelihood).toBeCloseTo(mean, 8)
  expect(report.standardError).toBeCloseTo(Math.sqrt(squares / 23 / 24), 8)
})

const show = (data: number[], shape: number[]) => () => {
  const metric = logLikelihood()
  return metric.result(metric.update(metric.init(), { data: Float32Array.from(data), shape }))
}
test.each([
  [show([1, 2, 3, 4], [2, 2]), 'expected one log density a row, [n] or [n, 1], got [2,2]'],
  [show([1, Number.NaN], [2]), 'the log density of row 1 is NaN'],
  [show([1, Number.NEGATIVE_INFINITY], [2]), 'the log density of row 1 is -Infinity'],
  [show([1], [1]), 'needs at least 2 rows, there are 1'],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})
