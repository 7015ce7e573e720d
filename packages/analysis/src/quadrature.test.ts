import { describe, expect, it } from 'vitest'
import { normalDensity } from './densities.ts'
import { integral, quadrature } from './quadrature.ts'

describe('quadrature', () => {
  it('is exact for polynomials of degree 2 order - 1, and not beyond', () => {
    for (const order of [1, 2, 5, 8]) {
      const rule = quadrature([-1, 2], { panels: 1, order })
      const power = (d: number) => (2 ** (d + 1) - (-1) ** (d + 1)) / (d + 1)
      for (let d = 0; d < 2 * order; d++) {
        const found = integral(x => x ** d, rule)
        expect(found / (power(d) || 1), `order ${order}, degree ${d}`).toBeCloseTo(power(d) === 0 ? 0 : 1, 12)
      }
      expect(Math.abs(integral(x => x ** (2 * order), rule) / power(2 * order) - 1)).toBeGreaterThan(1e-7)
    }
  })

  it('knows the mass, mean and variance of a normal density to rounding', () => {
    const p = normalDensity(1, 0.5)
    const rule = quadrature([-5, 7])
    expect(integral(p, rule)).toBeCloseTo(1, 13)
    expect(integral(x => x * p(x), rule)).toBeCloseTo(1, 13)
    expect(integral(x => (x - 1) ** 2 * p(x), rule)).toBeCloseTo(0.25, 13)
  })

  it('has the nodes and weights of the tables, inside the panels and in order', () => {
    const tables = [
      [2, [1 / Math.sqrt(3)], [1]],
      [3, [0, Math.sqrt(3 / 5)], [8 / 9, 5 / 9]],
      [
        5,
        [0, Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3],
        [128 / 225, (322 + 13 * Math.sqrt(70)) / 900, (322 - 13 * Math.sqrt(70)) / 900],
      ],
    ] as const
    for (const [order, roots, shares] of tables) {
      const { nodes, weights } = quadrature([-1, 1], { panels: 1, order })
      const half = roots.map((x, i) => [x, shares[i]!] as const)
      const all = [...half.filter(([x]) => x > 0).map(([x, w]) => [-x, w] as const), ...half].sort(
        ([x], [y]) => x - y,
      )
      for (const [i, [x, w]] of all.entries()) {
        expect(nodes[i]).toBeCloseTo(x, 14)
        expect(weights[i]).toBeCloseTo(w, 14)
      }
    }
    for (const order of [1, 7, 40]) {
      const { nodes, weights } = quadrature([-2, 5], { panels: 3, order })
      expect(nodes.length).toBe(3 * order)
      expect(nodes.every((x, i) => x > (nodes[i - 1] ?? -2) && x < 5)).toBe(true)
      expect(weights.every(w => w > 0)).toBe(true)
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(7, 12)
    }
  })

  it.each([
    ['e^x', (x: number) => Math.exp(x), [0, 3], Math.exp(3) - 1],
    ['sin', (x: number) => Math.sin(x), [0, Math.PI], 2],
    ['1 / (1 + x^2)', (x: number) => 1 / (1 + x * x), [-1, 1], Math.PI / 2],
    ['log', (x: number) => Math.log(x), [1, Math.E], 1],
    ['a bell', (x: number) => Math.exp((-x * x) / 2), [-12, 12], Math.sqrt(2 * Math.PI)],
  ] as const)('knows the integral of %s', (_, f, interval, exact) => {
    expect(integral(f, quadrature(interval)) / exact).toBeCloseTo(1, 13)
  })

  it.each([1, 2, 3])('of order %s errs by the 2 order-th power of the width of a panel', order => {
    const off = (panels: number) =>
      Math.abs(integral(Math.exp, quadrature([0, 3], { panels, order })) - (Math.exp(3) - 1))
    for (const panels of [8, 16]) {
      const rate = Math.log2(off(panels) / off(2 * panels))
      expect(Math.abs(rate - 2 * order), `${panels} panels`).toBeLessThan(0.05)
    }
  })

  it('is exact across a kink on the border of a panel, and only of second order beside one', () => {
    const bent = (x: number) => Math.abs(x - 1)
    expect(integral(bent, quadrature([0, 2], { panels: 2 }))).toBeCloseTo(1, 14)
    const off = (panels: number) => Math.abs(integral(bent, quadrature([0, 2], { panels })) - 1)
    // An odd number of panels: the kink is in the middle of one.
    expect(Math.log(off(5) / off(45)) / Math.log(9)).toBeCloseTo(2, 2)
  })

  it('says what is wrong', () => {
    expect(() => quadrature([2, 1])).toThrow('expected a finite interval [low, high], got [2, 1]')
    expect(() => quadrature([0, Number.POSITIVE_INFINITY])).toThrow('finite interval')
    expect(() => quadrature([0, 1], { panels: 0 })).toThrow('panels must be a whole number >= 1, got 0')
  })
})
