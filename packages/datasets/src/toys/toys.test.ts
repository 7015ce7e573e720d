import '@tensorflow/tfjs-backend-cpu'
import { key } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../dataset.ts'
import { disjoint, ellipse, gaussians, line } from './gan-lab.ts'
import { grid } from './grid.ts'
import { type ModalMixture, mixture } from './mixture.ts'
import { ring } from './ring.ts'
import { swissRoll } from './swiss-roll.ts'
import { toy } from './toy.ts'
import { twoMoons } from './two-moons.ts'

beforeAll(() => setBackend('cpu'))

const sample = async (data: Dataset, n: number, step = 0) => {
  const batch = await data.at({ step, n, key: key(1) })
  const points = (await batch.data.array()) as [number, number][]
  const labels = batch.labels ? Array.from(await batch.labels.data()) : undefined
  return { points, labels }
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)
const nearest = (data: ModalMixture, p: readonly number[]) => {
  const all = data.modes.centres.map(c => distance(c, p))
  const least = Math.min(...all)
  return { mode: all.indexOf(least), distance: least }
}

test.each([
  ['ring', ring(), 8, 0.01],
  ['grid', grid(), 25, 0.05],
])(
  '%s follows the published protocol: modes, width, and 98.89 % within three deviations',
  async (_, data, count, sigma) => {
    expect([data.size, data.shape, data.modes.centres.length, data.modes.deviation]).toEqual([
      100_000,
      [2],
      count,
      sigma,
    ])
    const n = 20_000
    const { points } = await sample(data, n)
    const hits = points.map(p => nearest(data, p))
    // 1 - exp(-9/2) = 0.98889; the standard error of the share is 0.0007.
    expect(hits.filter(h => h.distance <= 3 * sigma).length / n).toBeCloseTo(1 - Math.exp(-4.5), 2)
    const squares = hits.reduce((sum, h) => sum + h.distance ** 2, 0) / n
    expect(Math.sqrt(squares / 2)).toBeCloseTo(sigma, sigma < 0.02 ? 3 : 2)
    for (let mode = 0; mode < count; mode++) {
      const share = hits.filter(h => h.mode === mode).length / n
      expect(Math.abs(share - 1 / count)).toBeLessThan(5 * Math.sqrt(1 / count / n))
    }
  },
)

test('ring’s modes lie on the circle, grid’s on the even numbers', () => {
  for (const c of ring().modes.centres) expect(Math.hypot(...c)).toBeCloseTo(1, 12)
  expect(new Set(grid().modes.centres.flat())).toEqual(new Set([-4, -2, 0, 2, 4]))
  expect(ring({ count: 3, radius: 2 }).modes.centres.map(c => Math.hypot(...c))).toEqual([2, 2, 2])
})

test.each([
  ['ring', ring({ deviation: 0.2 }), 3],
  ['gaussians', gaussians(), 3],
  ['disjoint', disjoint(), 2],
] as const)('the density of %s integrates to 1', (_, data, bound) => {
  const step = 0.02
  let sum = 0
  for (let x = -bound; x < bound; x += step)
    for (let y = -bound; y < bound; y += step) sum += data.density([x, y]) * step * step
  expect(sum).toBeCloseTo(1, 3)
})

test('all but very few points lie in the stated range', async () => {
  for (const data of [ring(), grid(), swissRoll(), twoMoons(), line(), ellipse(), gaussians(), disjoint()]) {
    const values = (await sample(data, 4000)).points.flat()
    const [low, high] = data.range
    const outside = values.filter(v => v < low || v > high).length
    expect(outside, data.name).toBeLessThanOrEqual(data.name === 'gaussians' ? 40 : 1)
    expect(Math.max(...values) - Math.min(...values), data.name).toBeGreaterThan(0.5 * (high - low))
  }
})

test('curves: points keep to their curve within the noise', async () => {
  const n = 3000
  const onLine = (await sample(line(), n)).points.map(
    ([x, y]) => Math.abs((x - 0.6) * 0.6 + (y - 0.2) * 1.5) / Math.hypot(0.6, 1.5),
  )
  expect(Math.max(...onLine)).toBeLessThan(0.02 * 5)
  const onRoll = (await sample(swissRoll({ noise: 0 }), n)).points.map(([x, y]) => {
    const t = 7.5 * Math.hypot(x, y)
    return distance([(t * Math.cos(t)) / 7.5, (t * Math.sin(t)) / 7.5], [x, y])
  })
  expect(Math.max(...onRoll)).toBeLessThan(1e-5)
  const { points, labels } = await sample(twoMoons({ noise: 0, labels: true }), n)
  for (const [i, p] of points.entries())
    expect(distance(p, labels![i] === 0 ? [-0.5, -0.25] : [0.5, 0.25])).toBeCloseTo(1, 5)
})

test('row i depends on the seed and i alone', async () => {
  const rows = async (data: Dataset, indices: number[]) => (await data.rows(indices)).data.array()
  const data = ring({ seed: 3 })
  const [alone] = (await rows(data, [777])) as number[][]
  expect(((await rows(data, [5, 777, 9])) as number[][])[1]).toEqual(alone)
  expect(((await rows(ring({ seed: 3, size: 1000 }), [777])) as number[][])[0]).toEqual(alone)
  expect(((await rows(ring({ seed: 4 }), [777])) as number[][])[0]).not.toEqual(alone)
})

test('labels name the mode; without them batches have none', async () => {
  const data = ring({ labels: true, size: 500 })
  const { points, labels } = await sample(data, 200)
  expect(labels).toEqual(points.map(p => nearest(data, p).mode))
  expect([data.classes, data.labels!.length]).toEqual([8, 500])
  expect((await sample(ring(), 10)).labels).toBeUndefined()
  expect(ring().classes).toBeUndefined()
})

test('an endless toy never repeats a row', async () => {
  const data = grid({ size: Infinity })
  const seen = new Set<string>()
  for (let step = 0; step < 20; step++)
    for (const p of (await sample(data, 50, step)).points) seen.add(p.join())
  expect(seen.size).toBe(1000)
  await expect(data.pass(10)[Symbol.asyncIterator]().next()).rejects.toThrow('"grid" is endless')
})

test.each([
  [() => mixture('m', []), 'm: a mixture needs at least one component'],
  [() => ring({ deviation: 0 }), 'ring: expected deviations > 0'],
  [() => ring({ size: 0 }), 'expected a positive number of rows, got 0'],
  [
    () => toy({ name: 't', range: [0, 1], draw: () => [0, 0] }, { labels: true }),
    't: its points have no parts',
  ],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})
