import '@tensorflow/tfjs-backend-cpu'
import {
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  relativisticPairing,
  wasserstein,
} from '@equilibria/losses'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { jensenShannon, normalDensity } from './densities.ts'
import { compareCritic, criticCost } from './optimal-critic.ts'
import { compareDiscriminator, optimalDiscriminator, optimalValue } from './optimal-discriminator.ts'
import { integral, quadrature } from './quadrature.ts'

beforeAll(() => setBackend('cpu'))

const [p, q] = [normalDensity(0, 1), normalDensity(2, 0.8)]
const over = quadrature([-12, 14], { panels: 40 })
const best = (x: number) => Math.log(p(x)) - Math.log(q(x))

describe('optimalDiscriminator', () => {
  it('is p / (p + q), 1/2 where nothing is', () => {
    const d = optimalDiscriminator(p, q)
    expect(d(0.3)).toBeCloseTo(1 / (1 + Math.exp(-best(0.3))), 12)
    expect(d(1e4)).toBe(0.5)
  })

  it('reaches -log 4 + 2 JSD, at most 0 and at least -log 4', () => {
    expect(optimalValue(p, p, over)).toBeCloseTo(-Math.log(4), 12)
    expect(optimalValue(normalDensity(-5, 0.4), normalDensity(7, 0.4), over)).toBeCloseTo(0, 9)
    expect(optimalValue(p, q, over)).toBeCloseTo(-Math.log(4) + 2 * jensenShannon(p, q, over), 12)
  })
})

describe('compareDiscriminator', () => {
  it('finds nothing amiss in the best discriminator', async () => {
    const report = await compareDiscriminator(xs => xs.map(best), p, q, over)
    expect(report.error).toBeLessThan(1e-12)
    expect(report.worst).toBeLessThan(1e-12)
    expect(report.gap).toBeCloseTo(0, 10)
    expect(report.value).toBeCloseTo(report.optimum, 10)
  })

  it('of the constant 1/2: the value -log 4, a gap of 2 JSD, an error of half the total variation', async () => {
    const report = await compareDiscriminator(xs => xs.map(() => 0), p, q, over)
    expect(report.value).toBeCloseTo(-Math.log(4), 10)
    expect(report.gap).toBeCloseTo(2 * jensenShannon(p, q, over), 10)
    const variation = integral(x => Math.abs(p(x) - q(x)) / 2, over)
    expect(report.error).toBeCloseTo(variation / 2, 10)
    expect(report.worst).toBeGreaterThan(report.error)
  })

  it('no other discriminator has a larger value', async () => {
    for (const shift of [-0.3, 0.2])
      for (const stretch of [0.7, 1.2]) {
        const { gap } = await compareDiscriminator(xs => xs.map(x => stretch * best(x) + shift), p, q, over)
        expect(gap).toBeGreaterThan(1e-4)
      }
  })

  it('a sure and wrong discriminator pays without end, and says so', async () => {
    const { value } = await compareDiscriminator(xs => xs.map(() => 1e4), p, q, over)
    expect(value).toBeCloseTo(-1e4, 4)
  })

  it('says what is wrong', async () => {
    await expect(compareDiscriminator(xs => xs, p, q, quadrature([0, 1]))).rejects.toThrow(
      'the density p has a mass of',
    )
    await expect(compareDiscriminator(() => [1], p, q, over)).rejects.toThrow(
      'expected a logit for each of 320 points, got 1',
    )
  })
})

describe('compareCritic', () => {
  const small = quadrature([-7, 9], { panels: 24, order: 5 })
  const chi = (f: (a: number, b: number) => number) => integral(x => f(p(x), q(x)), small)

  it('minimax and non-saturating: the optimum is log 4 - 2 JSD', async () => {
    for (const loss of [minimax(), nonSaturating()]) {
      const { optimum, gap } = await compareCritic(loss, xs => xs.map(() => 0), p, q, small)
      expect(optimum).toBeCloseTo(Math.log(4) - 2 * jensenShannon(p, q, small), 4)
      expect(gap).toBeCloseTo(2 * jensenShannon(p, q, small), 4)
    }
  })

  it('least squares: the optimum is the integral of pq / (p + q)', async () => {
    const { optimum } = await compareCritic(leastSquares(), xs => xs, p, q, small)
    expect(optimum).toBeCloseTo(
      chi((a, b) => (a * b) / (a + b)),
      4,
    )
  })

  it('hinge: the optimum is twice the mass in common', async () => {
    const { optimum } = await compareCritic(
      hinge(),
      xs => xs,
      p,
      q,
      quadrature([-7, 9], { panels: 60, order: 5 }),
    )
    expect(optimum).toBeCloseTo(2 * chi(Math.min), 2)
  })

  it('refuses losses whose best critic is unknown, or that compare rows', async () => {
    await expect(compareCritic(wasserstein(), xs => xs, p, q, small)).rejects.toThrow(
      'declares no optimal critic',
    )
    await expect(criticCost(relativisticPairing(), small.nodes, p, q, small)).rejects.toThrow(
      'compares real rows with generated ones',
    )
  })
})
