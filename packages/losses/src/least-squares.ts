import type { Loss } from '@equilibria/core'
import { add, mean, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core'

/** The values that a least-squares critic and generator aim at. */
export interface LeastSquaresOptions {
  /** What the critic should say of fakes. */
  a?: number
  /** What the critic should say of data. */
  b?: number
  /** What the generator wants the critic to say of fakes. */
  c?: number
}

/**
 * The least-squares loss: the critic minimises E(D(x) - b)^2 + E(D(G(z)) - a)^2, the generator E(D(G(z)) - c)^2; D is the
 * critic's output as it stands, without a sigmoid. The paper's factor 1/2 is left out here as everywhere.
 * a = 0, b = c = 1 is the paper's 0-1 coding; a = -1, b = 1, c = 0 makes the generator minimise a Pearson divergence
 * (true wherever b - c = 1 and b - a = 2). The best critic is (b p + a q) / (p + q) (section 3.2).
 * real, fake: critic outputs [n]. Source: Mao et al. 2017 (arXiv 1611.04076), eq. 2. Throws on targets that are not finite, and if a is b.
 */
export function leastSquares({ a = 0, b = 1, c = 1 }: LeastSquaresOptions = {}): Loss {
  for (const [name, value] of Object.entries({ a, b, c }))
    if (!Number.isFinite(value))
      throw new Error(`leastSquares: ${name} must be a finite number, got ${value}; the paper uses 0 and 1`)
  if (a === b)
    throw new Error(
      `leastSquares: a, what the critic should say of fakes, and b, of data, must differ, got ${a} for both; the paper uses 0 and 1`,
    )
  const distance = (x: Tensor, target: number) => mean(square(sub(x, target))) as Scalar
  return {
    symmetric: a === -b,
    optimal: (p, q) => (b * p + a * q) / (p + q),
    critic: (real, fake) => add(distance(real, b), distance(fake, a)),
    generator: fake => distance(fake, c),
  }
}
