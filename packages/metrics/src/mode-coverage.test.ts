import '@tensorflow/tfjs-backend-cpu'
import { fold, key, normals, uniforms } from '@equilibria/core'
import { grid, ring } from '@equilibria/datasets'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { evaluate } from './evaluate.ts'
import type { Features, Report } from './metric.ts'
import { coverageVerdict, modeCoverage, perfectHighQuality } from './mode-coverage.ts'
import { metricContract } from './testing.ts'

beforeAll(() => setBackend('cpu'))

// The protocol's number of samples.
const N = 2500
const points = (n: number, at: (i: number) => readonly [number, number]): Features => ({
  data: Float32Array.from(Array.from({ length: n }, (_, i) => at(i)).flat()),
  shape: [n, 2],
})
const u = uniforms(key(1), 2 * N)
const z = normals(key(2), 2 * N)

const judge = (data: ReturnType<typeof ring>, features: Features): Report & { covered: boolean } => {
  const metric = modeCoverage(data)
  const report = metric.result(metric.update(metric.init(), features))
  return { ...report, covered: coverageVerdict(report, data.modes.centres.length).covered } as never
}

test('a perfect sampler has 98.89 % of high quality', async () => {
  expect(perfectHighQuality).toBeCloseTo(0.98889, 5)
  for (const [data, count] of [
    [ring(), 8],
    [grid(), 25],
  ] as const) {
    const report = await evaluate({
      metric: modeCoverage(data),
      batches: [
        await data.at({ step: 0, n: 12_000, key: key(1) }),
        await data.at({ step: 1, n: 12_000, key: key(1) }),
      ],
    })
    console.log(`${data.name}, a perfect sampler:`, report)
    expect(report.modes).toBe(count)
    // Four standard errors of the share.
    expect(Math.abs(report.highQuality! - perfectHighQuality)).toBeLessThan(0.003)
    expect(report.reverseKl).toBeLessThan(0.003)
    expect(report.samples).toBe(24_000)
    expect(coverageVerdict(report, count)).toEqual({ covered: true, amiss: [] })
  }
})

test('points smeared along the circle find every mode evenly, and fail', () => {
  const smear = points(N, i => {
    const [angle, radius] = [2 * Math.PI * u[i]!, 1 + 0.05 * z[i]!]
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
  const report = judge(ring(), smear)
  expect(report.modes).toBe(8)
  expect(report.reverseKl).toBeLessThan(0.005)
  // The published protocol's remark: about 2.8 %.
  expect(report.highQuality).toBeGreaterThan(0.015)
  expect(report.highQuality).toBeLessThan(0.045)
  expect(report.covered).toBe(false)
})

test('a uniform square fails on ring and grid', () => {
  const square = (half: number) =>
    points(N, i => [half * (2 * u[2 * i]! - 1), half * (2 * u[2 * i + 1]! - 1)])
  expect(judge(ring(), square(1.1)).covered).toBe(false)
  const report = judge(grid(), square(5))
  // About 1.8 samples fall near each mode: most are found.
  expect(report.modes).toBeGreaterThan(17)
  expect(report.highQuality).toBeLessThan(0.05)
  expect(report.covered).toBe(false)
})

test('a collapsed sampler fails however good its one mode', () => {
  const one = points(N, i => [1 + 0.01 * z[2 * i]!, 0.01 * z[2 * i + 1]!])
  const report = judge(ring(), one)
  expect(report.modes).toBe(1)
  expect(report.highQuality).toBeGreaterThan(0.97)
  expect(report.reverseKl).toBeCloseTo(Math.log(8), 10)
  expect(report.covered).toBe(false)
})

test('a mode found by one sample in a hundred counts as a mode, and the reverse KL tells', () => {
  const centres = ring().modes.centres
  const uneven = points(800, i => centres[i < 7 ? i + 1 : 0] as [number, number])
  const report = judge(ring(), uneven)
  expect([report.modes, report.highQuality]).toEqual([8, 1])
  expect(report.reverseKl).toBeGreaterThan(1.5)
  expect(coverageVerdict(report, 8).amiss).toEqual([expect.stringContaining('modes unevenly drawn')])
})

test('three deviations is the limit, not four', () => {
  const data = ring()
  expect(
    judge(
      data,
      points(1, () => [1.0299, 0]),
    ).highQuality,
  ).toBe(1)
  expect(
    judge(
      data,
      points(1, () => [1.0301, 0]),
    ).highQuality,
  ).toBe(0)
})

test('what is amiss is said in words, and limits can be set', () => {
  const report = { modes: 6, highQuality: 0.5, reverseKl: 0.45, samples: 10 }
  expect(coverageVerdict(report, 8).amiss).toEqual([
    '6 of 8 modes found, 8 wanted',
    '50.0 % of samples near a mode, 90.0 % wanted (a perfect sampler: 98.9 %)',
    'modes unevenly drawn: reverse KL 0.45 nats, 0.1 allowed',
  ])
  expect(coverageVerdict(report, 8, { modes: 6, highQuality: 0.5, reverseKl: 0.5 }).covered).toBe(true)
})

test('keeps the metric’s contract', async () => {
  const data = ring()
  const good = await data.at({ step: 0, n: 400, key: key(3) })
  const metric = modeCoverage(data)
  const features = { data: Float32Array.from(await good.data.data()), shape: [400, 2] }
  const bad = points(400, i => [3 * z[2 * i]!, 1 + u[2 * i + 1]!])
  expect(metricContract(metric, { good: features, bad })).toEqual([])
})

test.each([
  [() => modeCoverage({ modes: { centres: [], deviation: 1 } }), 'expected at least one centre'],
  [() => modeCoverage({ modes: { centres: [[0]], deviation: 0 } }), 'a deviation > 0'],
  [() => judge(ring(), { data: new Float32Array(3), shape: [1, 3] }), 'expected points [n, 2], got [1,3]'],
  [
    () =>
      judge(
        ring(),
        points(1, () => [NaN, 0]),
      ),
    'point 0 is not finite',
  ],
  [
    () =>
      judge(
        ring(),
        points(0, () => [0, 0]),
      ),
    'there are no samples',
  ],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})

test('row order and keys do not matter', () => {
  const n = normals(fold(key(4), 'x'), 200)
  const some = points(100, i => [n[2 * i]!, n[2 * i + 1]!])
  const reversed = points(100, i => [n[2 * (99 - i)]!, n[2 * (99 - i) + 1]!])
  expect(judge(ring(), some)).toEqual(judge(ring(), reversed))
})
