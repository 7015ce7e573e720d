import { type Loss, scoped } from '@equilibria/core'
import { type Scalar, tensor1d } from '@tensorflow/tfjs-core'
import type { Density } from './densities.ts'
import { expectMass, type Logits } from './optimal-discriminator.ts'
import type { Quadrature } from './quadrature.ts'

/** How good a critic is for its loss. */
export interface CriticReport {
  /** The critic's cost on the true densities. */
  readonly cost: number
  /** The cost of the loss's best critic. */
  readonly optimum: number
  /** cost - optimum, 0 at least. */
  readonly gap: number
}

/**
 * A loss's critic cost on known densities, by quadrature. Losses see batches, so the cost must be a mean of f over real rows plus a mean of g
 * over generated ones (all that are not relativistic or compare pairs are); then f(a) + g(c), for a fixed c, tells f up to a constant.
 * Throws on a loss that is not of that form.
 */
export async function criticCost(
  loss: Loss,
  logits: ArrayLike<number>,
  p: Density,
  q: Density,
  { nodes, weights }: Quadrature,
): Promise<number> {
  const costs = async (pairs: readonly (readonly [real: number, fake: number])[]): Promise<number[]> => {
    const found = scoped(() =>
      pairs.map(([real, fake]) => loss.critic(tensor1d([real]), tensor1d([fake]))),
    ) as Scalar[]
    const values = await Promise.all(found.map(async t => (await t.data())[0]!))
    for (const t of found) t.dispose()
    return values
  }
  const rest = 0
  const [both, left, right, none] = await costs([
    [0.7, -0.4],
    [0.7, rest],
    [rest, -0.4],
    [rest, rest],
  ])
  if (!(Math.abs(both! + none! - left! - right!) < 1e-4 * (1 + Math.abs(both!))))
    throw new Error(
      'criticCost: the loss compares real rows with generated ones, so its cost is no integral over single points; expected a mean over each',
    )
  const list = Array.from(logits)
  const real = await costs(list.map(t => [t, rest]))
  const fake = await costs(list.map(t => [rest, t]))
  // Where there is no mass an infinite cost does not count.
  const sum = (density: Density, at: readonly number[]) =>
    nodes.reduce((total, x, i) => {
      const mass = density(x)
      return mass === 0 ? total : total + weights[i]! * mass * (at[i]! - none!)
    }, 0)
  return sum(p, real) + sum(q, fake) + none!
}

/**
 * Compares a critic with the best one for its loss and known densities on the line, `loss.optimal(p, q)`. `p` is the data's density, `q` the
 * generator's. See `compareDiscriminator` for the minimax game, where the optimum is -(-log 4 + 2 JSD).
 * Throws on a loss that does not know its best critic, or that is no mean over single rows.
 */
export async function compareCritic(
  loss: Loss,
  logits: Logits,
  p: Density,
  q: Density,
  over: Quadrature,
): Promise<CriticReport> {
  const { optimal } = loss
  if (!optimal)
    throw new Error(
      'compareCritic: this loss declares no optimal critic; give one whose `optimal(p, q)` is known',
    )
  expectMass(p, q, over)
  const best = Array.from(over.nodes, x => {
    const [px, qx] = [p(x), q(x)]
    return px === 0 && qx === 0 ? 0 : optimal(px, qx)
  })
  const cost = await criticCost(loss, await logits(over.nodes), p, q, over)
  const optimum = await criticCost(loss, best, p, q, over)
  return { cost, optimum, gap: cost - optimum }
}
