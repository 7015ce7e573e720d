import { type Density, jensenShannon } from './densities.ts'
import { integral, type Quadrature } from './quadrature.ts'

/** Logits of rows that are single numbers. */
export type Logits = (xs: Float64Array) => ArrayLike<number> | Promise<ArrayLike<number>>

const sigmoid = (t: number): number => (t >= 0 ? 1 / (1 + Math.exp(-t)) : 1 - 1 / (1 + Math.exp(t)))
/** log sigmoid(t), without overflow. */
const logSigmoid = (t: number): number => (t >= 0 ? -Math.log1p(Math.exp(-t)) : t - Math.log1p(Math.exp(t)))

/** D* = p / (p + q); 1/2 where neither has mass. Source: Goodfellow et al. 2014 (arXiv 1406.2661), proposition 1. */
export const optimalDiscriminator =
  (p: Density, q: Density) =>
  (x: number): number => {
    const [px, qx] = [p(x), q(x)]
    return px + qx === 0 ? 0.5 : px / (px + qx)
  }

/** C(G) = max_D V = -log 4 + 2 JSD(p, q). Source: Goodfellow et al. 2014 (arXiv 1406.2661), theorem 1. */
export const optimalValue = (p: Density, q: Density, over: Quadrature): number =>
  -Math.log(4) + 2 * jensenShannon(p, q, over)

/** How good a discriminator is. */
export interface DiscriminatorReport {
  /** E |D(x) - p/(p + q)| over x drawn from data and generator alike. */
  readonly error: number
  /** The largest |D(x) - p/(p + q)| where p + q is above a thousandth of its height. */
  readonly worst: number
  /** V(D) = E_p log D + E_q log(1 - D), in nats. */
  readonly value: number
  /** What the best reaches, -log 4 + 2 JSD. */
  readonly optimum: number
  /** optimum - value, 0 at least: what is left to learn. */
  readonly gap: number
}

/**
 * Compares a discriminator, given by its logits, with the best one for known densities on the line.
 * `p` is the data's density, `q` the generator's; both must have their mass inside the quadrature's interval.
 * Throws if they have not, by more than one part in a thousand, and where a logit is not a number.
 */
export async function compareDiscriminator(
  logits: Logits,
  p: Density,
  q: Density,
  over: Quadrature,
): Promise<DiscriminatorReport> {
  expectMass(p, q, over)
  const { nodes, weights } = over
  const found = Float64Array.from(await logits(nodes))
  if (found.length !== nodes.length || found.some(Number.isNaN))
    throw new Error(
      `compareDiscriminator: expected a logit for each of ${nodes.length} points, got ${found.length}${found.some(Number.isNaN) ? ', some not a number' : ''}`,
    )
  const best = optimalDiscriminator(p, q)
  const height = nodes.reduce((top, x) => Math.max(top, p(x) + q(x)), 0)
  let [error, worst, value] = [0, 0, 0]
  for (const [i, x] of nodes.entries()) {
    const [px, qx, t] = [p(x), q(x), found[i]!]
    const off = Math.abs(sigmoid(t) - best(x))
    error += (weights[i]! * off * (px + qx)) / 2
    if (px + qx > height / 1000) worst = Math.max(worst, off)
    value += weights[i]! * (weighted(px, logSigmoid(t)) + weighted(qx, logSigmoid(-t)))
  }
  const optimum = optimalValue(p, q, over)
  return { error, worst, value, optimum, gap: optimum - value }
}

/** 0 where there is no mass, whatever the logarithm. */
const weighted = (mass: number, log: number): number => (mass === 0 ? 0 : mass * log)

/** Throws unless both densities have their mass where the quadrature looks. */
export function expectMass(p: Density, q: Density, over: Quadrature): void {
  for (const [name, density] of Object.entries({ p, q })) {
    const mass = integral(density, over)
    if (!(Math.abs(mass - 1) < 1e-3))
      throw new Error(
        `the density ${name} has a mass of ${mass} on [${over.nodes[0]}, ${over.nodes.at(-1)}], expected 1: widen the interval, or take more panels`,
      )
  }
}
