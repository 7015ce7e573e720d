import { describe, expect, it } from 'vitest'
import { type Density, jensenShannon, kullbackLeibler, mixtureDensity, normalDensity } from './densities.ts'
import { integral, quadrature } from './quadrature.ts'

describe('divergences', () => {
  const over = quadrature([-30, 30], { panels: 240 })

  it('KL of normal densities is log(s2/s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2', () => {
    const found = kullbackLeibler(normalDensity(1, 0.7), normalDensity(-0.5, 1.3), over)
    expect(found).toBeCloseTo(Math.log(1.3 / 0.7) + (0.7 ** 2 + 1.5 ** 2) / (2 * 1.3 ** 2) - 0.5, 12)
  })

  it('JSD agrees with an independent sum on a fine grid', () => {
    const [p, q] = [normalDensity(0, 1), normalDensity(2, 0.5)]
    let sum = 0
    const h = 1e-3
    for (let i = -12_000; i <= 12_000; i++) {
      const [a, b] = [p(i * h), q(i * h)]
      const m = (a + b) / 2
      sum += (h / 2) * ((a > 0 ? a * Math.log(a / m) : 0) + (b > 0 ? b * Math.log(b / m) : 0))
    }
    expect(jensenShannon(p, q, over)).toBeCloseTo(sum, 9)
  })

  it('JSD is 0 for equals, log 2 for strangers and d^2 / 8 for close neighbours', () => {
    const p = normalDensity()
    expect(jensenShannon(p, p, over)).toBeCloseTo(0, 14)
    expect(jensenShannon(normalDensity(-10, 0.5), normalDensity(10, 0.5), over)).toBeCloseTo(Math.log(2), 12)
    // JSD is an eighth of the Fisher distance to second order, which is d^2 for a shift of the mean.
    expect(jensenShannon(p, normalDensity(0.01), over) / (0.01 ** 2 / 8)).toBeCloseTo(1, 3)
  })

  it('where p has mass and q has none, KL is infinite and JSD is not', () => {
    const box =
      (low: number): Density =>
      x =>
        x > low && x < low + 1 ? 1 : 0
    const unit = quadrature([0, 2], { panels: 4 })
    expect(kullbackLeibler(box(0), box(1), unit)).toBe(Number.POSITIVE_INFINITY)
    expect(jensenShannon(box(0), box(1), unit)).toBeCloseTo(Math.log(2), 12)
  })

  it('a mixture weighs its parts', () => {
    const mixed = mixtureDensity([normalDensity(-1), normalDensity(3)], [1, 3])
    expect(integral(mixed, over)).toBeCloseTo(1, 12)
    expect(integral(x => x * mixed(x), over)).toBeCloseTo(-0.25 + 2.25, 12)
    expect(() => mixtureDensity([normalDensity()], [])).toThrow('expected parts with a weight >= 0 each')
    expect(() => normalDensity(0, 0)).toThrow('expected a deviation > 0, got 0')
  })
})
