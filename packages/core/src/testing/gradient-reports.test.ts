import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  clone,
  customGrad,
  exp,
  getBackend,
  keep,
  mul,
  setBackend,
  sin,
  square,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { fold, key } from '../key.ts'
import { checkGradients, gradientTable } from './gradient-faults.ts'
import { type GradientCase, gradientReports } from './gradient-reports.ts'
import { samples } from './samples.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const spec = (name: string, f: GradientCase['f'], count = 1): GradientCase => ({
  name,
  inputs: Array.from({ length: count }, () => ({ shape: [2, 3] })),
  f,
})

/** x -> x^2 with a gradient function of choice. */
const withGradient = (gradFunc: (dy: Tensor, x: Tensor) => Tensor) =>
  customGrad((x, save) => {
    ;(save as (ts: Tensor[]) => void)([x as Tensor])
    return { value: square(x as Tensor), gradFunc: (dy: Tensor, saved: Tensor[]) => gradFunc(dy, saved[0]!) }
  })

it('passes right gradients, and returns to the backend it found', async () => {
  const report = await checkGradients(
    spec('product', (a, b) => mul(sin(a!), exp(b!)), 2),
    { backends: ['cpu'] },
  )
  expect(report.float64.first).toBeLessThan(1e-8)
  expect(report.backends.cpu!.second).toBeLessThan(1e-5)
  expect(getBackend()).toBe('cpu')
})

it('finds a wrong first derivative', async () => {
  const wrong = spec('factor', x => withGradient((dy, x) => mul(dy, mul(1.99, x)))(x!))
  await expect(checkGradients(wrong)).rejects.toThrow(/factor: float64, first derivative: 3e-3|5e-3/)
})

it('finds a second derivative that lost its link', async () => {
  // Right at first order, but the saved factor is cut off from x.
  const cut = (x: Tensor) => customGrad(() => ({ value: clone(x), gradFunc: (dy: Tensor) => mul(dy, 0) }))(x)
  const broken = spec('detached', x => withGradient((dy, x) => mul(dy, mul(2, cut(x))))(x!))
  const [report] = await gradientReports([broken])
  expect(report!.float64.first).toBeLessThan(1e-8)
  expect(report!.float64.second).toBeGreaterThan(0.5)
})

it('finds a wrong mixed derivative', async () => {
  const lossy = customGrad((a, b, save) => {
    ;(save as (ts: Tensor[]) => void)([a as Tensor, b as Tensor])
    const constant = (x: Tensor) =>
      customGrad(() => ({ value: clone(x), gradFunc: (dy: Tensor) => mul(dy, 0) }))(x)
    return {
      value: mul(a as Tensor, b as Tensor),
      gradFunc: (dy: Tensor, [a, b]: Tensor[]) => [mul(dy, constant(b!)), mul(dy, a!)],
    }
  })
  const [report] = await gradientReports([spec('mixed', (a, b) => lossy(a!, b!), 2)])
  expect(report!.float64.first).toBeLessThan(1e-8)
  expect(report!.float64.second).toBeGreaterThan(0.5)
})

it('finds leaks, errors and missing kernels', async () => {
  await expect(checkGradients(spec('keeper', x => add(keep(sin(x!)), x!)))).rejects.toThrow(
    /tensors left behind/,
  )
  const thrower = spec('thrower', () => {
    throw new Error('mine')
  })
  await expect(checkGradients(thrower)).rejects.toThrow(/thrower: float64, first derivative: error: mine/)
})

it('tells a refusal that is expected from one that is not', async () => {
  const refusing = spec('refusing', x =>
    withGradient(() => {
      throw new Error('f has no gradient')
    })(x!),
  )
  await expect(checkGradients(refusing)).rejects.toThrow(/refuses: f has no gradient/)
  await expect(checkGradients({ ...spec('plain', x => sin(x!)), order: 1 })).rejects.toThrow(/should refuse/)
})

it('prints a table', async () => {
  const table = gradientTable(await gradientReports([spec('sin', x => sin(x!))], { backends: ['cpu'] }))
  expect(table.split('\n')).toHaveLength(2)
  expect(table).toMatch(/float64 1st +2nd +cpu 1st +2nd\nsin( +\de-\d+){4}/)
})

it('samples are deterministic, in range, apart from kinks and from each other', () => {
  const k = fold(key(1), 'x')
  const x = samples({ shape: [50], from: -2, to: 3, away: [0, 1] }, k)
  expect(samples({ shape: [50], from: -2, to: 3, away: [0, 1] }, k)).toEqual(x)
  expect(Math.min(...x)).toBeGreaterThanOrEqual(-2)
  expect(Math.max(...x)).toBeLessThanOrEqual(3)
  for (const kink of [0, 1]) expect(Math.min(...x.map(v => Math.abs(v - kink)))).toBeGreaterThan(0.0499)
  const distinct = [...samples({ shape: [5, 4], distinct: true }, k)].sort((a, b) => a - b)
  expect(Math.min(...distinct.slice(1).map((v, i) => v - distinct[i]!))).toBeCloseTo(0.1, 5)
})
