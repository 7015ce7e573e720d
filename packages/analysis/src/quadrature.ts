import { checkCount } from '@equilibria/core'

/** Where to look and how much each place counts: the integral of f is about the sum of weights[i] f(nodes[i]). */
export interface Quadrature {
  readonly nodes: Float64Array
  readonly weights: Float64Array
}

/** Options of `quadrature`. */
export interface QuadratureOptions {
  /** How many equal parts the interval is cut into. */
  readonly panels?: number
  /** How many nodes each has: exact for polynomials of degree 2 order - 1. */
  readonly order?: number
}

/**
 * Composite Gauss-Legendre quadrature on an interval. Smooth densities are integrated to rounding once a panel is about as wide as a
 * standard deviation; kinks belong on the border of a panel.
 * Source: Abramowitz and Stegun 1964, 25.4.29-30; the nodes are found by Newton's method.
 * Throws unless the interval is finite and increasing, and panels and order are positive integers.
 */
export function quadrature(
  [low, high]: readonly [low: number, high: number],
  { panels = 64, order = 8 }: QuadratureOptions = {},
): Quadrature {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
    throw new Error(
      `quadrature: expected a finite interval [low, high], got [${low}, ${high}]; densities on the whole line vanish beyond some ten deviations`,
    )
  for (const [name, n] of Object.entries({ panels, order })) checkCount(`quadrature: ${name}`, n)
  const one = gaussLegendre(order)
  const half = (high - low) / (2 * panels)
  const nodes = new Float64Array(panels * order)
  const weights = new Float64Array(panels * order)
  for (let p = 0; p < panels; p++)
    for (let i = 0; i < order; i++) {
      nodes[p * order + i] = low + half * (2 * p + 1 + one.nodes[i]!)
      weights[p * order + i] = half * one.weights[i]!
    }
  return { nodes, weights }
}

/** The integral of a function of one number. */
export const integral = (f: (x: number) => number, { nodes, weights }: Quadrature): number =>
  nodes.reduce((sum, x, i) => sum + weights[i]! * f(x), 0)

/** Nodes, from left to right, and weights on [-1, 1]: the roots of the Legendre polynomial of degree n. */
function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      // p is the polynomial of degree k at x, q the one of degree k - 1.
      let [p, q] = [1, 0]
      for (let k = 1; k <= n; k++) [p, q] = [((2 * k - 1) * x * p - (k - 1) * q) / k, p]
      slope = (n * (x * p - q)) / (x * x - 1)
      const move = p / slope
      x -= move
      if (Math.abs(move) < 1e-15) break
    }
    nodes[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}
