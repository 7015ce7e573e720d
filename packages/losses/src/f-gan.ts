import type { Loss } from '@equilibria/core'
import {
  add,
  div,
  exp,
  expm1,
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  square,
  sub,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs-core'

/** A divergence D_f(p, q) = E_q f(p/q) in the form in which a critic estimates it. */
interface Divergence {
  /** T = g_f(v): the critic's output v, moved into the domain of the conjugate f*. */
  activation(v: Tensor): Tensor
  /** f*(g_f(v)), simplified by hand: finite wherever the formula is. */
  conjugate(v: Tensor): Tensor
  /** The v of the best critic, where g_f(v) = f'(p/q). */
  optimal(p: number, q: number): number
  readonly range?: readonly [low: number, high: number]
  /** f*(g_f(v)) is -g_f(-v), up to a constant: D_f(p, q) is D_f(q, p). */
  readonly symmetric?: boolean
}

const logRatio = (p: number, q: number) => Math.log(p) - Math.log(q)
// e^80 leaves room in float32 for the sum over a batch.
const FINITE = 80
const halfTanh = (v: Tensor) => mul(0.5, tanh(v))

/**
 * The divergences of the f-GAN, with f(u) for u = p/q:
 * `kl` u log u; `reverseKl` -log u; `pearson` (u - 1)^2; `squaredHellinger` (sqrt u - 1)^2;
 * `jensenShannon` -(u + 1) log((1 + u)/2) + u log u, which is 2 JSD; `gan` u log u - (u + 1) log(u + 1), which is 2 JSD - log 4;
 * `totalVariation` |u - 1|/2.
 */
const divergences = {
  kl: {
    activation: v => v,
    conjugate: v => exp(sub(v, 1)),
    optimal: (p, q) => 1 + logRatio(p, q),
    range: [-1e4, FINITE],
  },
  reverseKl: {
    activation: v => neg(exp(neg(v))),
    // -1 - log(-T), T = -e^-v
    conjugate: v => sub(v, 1),
    optimal: logRatio,
    range: [-FINITE, 1e4],
  },
  pearson: {
    activation: v => v,
    conjugate: v => add(mul(0.25, square(v)), v),
    optimal: (p, q) => 2 * (p / q - 1),
  },
  squaredHellinger: {
    activation: v => sub(1, exp(neg(v))),
    // T / (1 - T), T = 1 - e^-v
    conjugate: v => sub(exp(v), 1),
    optimal: (p, q) => logRatio(p, q) / 2,
    range: [-FINITE, FINITE],
    symmetric: true,
  },
  jensenShannon: {
    activation: v => sub(Math.LN2, softplus(neg(v))),
    // -log(2 - e^T), T = log 2 + log sigmoid(v)
    conjugate: v => sub(softplus(v), Math.LN2),
    optimal: logRatio,
    symmetric: true,
  },
  gan: {
    activation: v => neg(softplus(neg(v))),
    // -log(1 - e^T), T = log sigmoid(v)
    conjugate: v => softplus(v),
    optimal: logRatio,
    symmetric: true,
  },
  totalVariation: {
    activation: halfTanh,
    // f*(T) = T, so that both of the generator's costs are one.
    conjugate: halfTanh,
    symmetric: true,
    optimal: (p, q) => (p === q ? 0 : Math.sign(p - q) * Number.POSITIVE_INFINITY),
  },
} satisfies { readonly [name: string]: Divergence }

/**
 * The alpha divergence, f(u) = (u^a - 1 - a (u - 1)) / (a (a - 1)). Written in v = log u, the logarithm of the density ratio:
 * T = (e^((a-1)v) - 1)/(a - 1) and f*(T) = (e^(av) - 1)/a, which keep their digits where a nears 1 or 0.
 */
function alphaDivergence(alpha: number): Divergence {
  if (!Number.isFinite(alpha) || alpha === 0 || alpha === 1)
    throw new Error(
      `fGan: alpha must be a finite number other than 0 and 1, got ${alpha}; at 0 the divergence is reverseKl, at 1 it is kl`,
    )
  const steepest = Math.max(Math.abs(alpha), Math.abs(alpha - 1))
  return {
    activation: v => div(expm1(mul(alpha - 1, v)), alpha - 1),
    conjugate: v => div(expm1(mul(alpha, v)), alpha),
    optimal: logRatio,
    range: [-FINITE / steepest, FINITE / steepest],
    symmetric: alpha === 0.5,
  }
}

/** A divergence of `fGan`, by name. */
export type DivergenceName = keyof typeof divergences | 'alpha'

/** Options of `fGan`. */
export interface FGanOptions {
  /** What the generator minimises, as the critic estimates it. */
  divergence?: DivergenceName
  /** The order of the `alpha` divergence: .5 is twice `squaredHellinger`, 2 half of `pearson`. */
  alpha?: number
  /** `saddle`: -E f*(T(G(z))), minus the critic's own term. `alternative`: -E T(G(z)), whose gradient does not vanish. */
  generator?: 'saddle' | 'alternative'
}

const names: readonly string[] = [...Object.keys(divergences), 'alpha']

/**
 * The f-GAN: the critic minimises -E T(x) + E f*(T(G(z))), where T = g_f(logit), and so estimates the f-divergence from the
 * data's distribution p to the generator's q from below; its best T is f'(p/q), where minus its cost is D_f(p, q). The generator
 * minimises -E f*(T(G(z))), with which the game is zero-sum, or -E T(G(z)), with which it is not (but for `totalVariation`, where T is
 * f*(T)).
 * `kl` and `squaredHellinger` hold e^logit, `reverseKl` and `squaredHellinger` e^-logit, `alpha` both to its power: see `range`.
 * real, fake: logits [n].
 * Source: Nowozin et al. 2016 (arXiv 1606.00709), eqs. 6 and 7, tables 1 and 2 and those of the appendix, section 3.2 for
 * `alternative`; `alpha` with an activation of our own.
 * Throws on an unknown divergence or generator, and on an alpha that is 0, 1 or not finite.
 */
export function fGan({
  divergence = 'jensenShannon',
  alpha = 0.5,
  generator = 'saddle',
}: FGanOptions = {}): Loss {
  if (!names.includes(divergence))
    throw new Error(`fGan: divergence must be one of ${names.join(', ')}, got ${JSON.stringify(divergence)}`)
  if (generator !== 'saddle' && generator !== 'alternative')
    throw new Error(`fGan: generator must be saddle or alternative, got ${JSON.stringify(generator)}`)
  const {
    activation,
    conjugate,
    optimal,
    range,
    symmetric = false,
  }: Divergence = divergence === 'alpha' ? alphaDivergence(alpha) : divergences[divergence]
  return {
    zeroSum: generator === 'saddle' || activation === conjugate,
    symmetric,
    optimal,
    ...(range && { range }),
    critic: (real, fake) => sub(mean(conjugate(fake)), mean(activation(real))),
    generator: fake => neg(mean((generator === 'saddle' ? conjugate : activation)(fake))) as Scalar,
  }
}
