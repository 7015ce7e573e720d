import { integral, type Quadrature } from './quadrature.ts'

/** A probability density on the line. */
export type Density = (x: number) => number

/** The density of a normal distribution. Throws unless the deviation is positive. */
export function normalDensity(mean = 0, deviation = 1): Density {
  if (!(deviation > 0)) throw new Error(`normalDensity: expected a deviation > 0, got ${deviation}`)
  const scale = 1 / (deviation * Math.sqrt(2 * Math.PI))
  return x => scale * Math.exp(-(((x - mean) / deviation) ** 2) / 2)
}

/** The density of a mixture, its parts equally likely unless weights are given, which are taken in proportion. */
export function mixtureDensity(
  parts: readonly Density[],
  weights: readonly number[] = parts.map(() => 1),
): Density {
  const total = weights.reduce((a, b) => a + b, 0)
  if (parts.length === 0 || weights.length !== parts.length || !weights.every(w => w >= 0) || !(total > 0))
    throw new Error(
      `mixtureDensity: expected parts with a weight >= 0 each, got ${parts.length} parts and weights [${weights}]`,
    )
  return x => parts.reduce((sum, part, i) => sum + (weights[i]! / total) * part(x), 0)
}

/** The Kullback-Leibler divergence KL(p, q) = E_p log(p / q), in nats; infinite where q is 0 and p is not. */
export const kullbackLeibler = (p: Density, q: Density, over: Quadrature): number =>
  integral(x => {
    const px = p(x)
    return px === 0 ? 0 : px * (Math.log(px) - Math.log(q(x)))
  }, over)

/**
 * The Jensen-Shannon divergence, in nats: the mean of KL(p, m) and KL(q, m) with m = (p + q) / 2; 0 where p = q, log 2 where they have no
 * point in common. Source: Lin 1991, with equal weights; Goodfellow et al. 2014 (arXiv 1406.2661), theorem 1.
 */
export function jensenShannon(p: Density, q: Density, over: Quadrature): number {
  const middle: Density = x => (p(x) + q(x)) / 2
  return (kullbackLeibler(p, middle, over) + kullbackLeibler(q, middle, over)) / 2
}
