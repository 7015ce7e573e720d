import { fold, gradients, normal, type Regularizer, type Slot } from '@equilibria/core'
import {
  add,
  mean,
  mul,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { expectDecay, expectNumber } from './checks.ts'

/** Options of `pathLength`. */
export interface PathLengthOptions {
  weight?: number
  /** Of the moving mean of lengths. */
  decay?: number
}

type Memory = { readonly length: Tensor; readonly [k: string]: Tensor }

// The root's derivative is infinite at 0, where a generator ignores its latents.
const EPSILON = 1e-12

/**
 * Path length regularization, a term of the generator: weight E(|J' y| - a)^2, J the Jacobian of the generator in its latents, y keyed
 * normal rows divided by sqrt(height width), a the moving mean of |J' y| in the term's slot, from 0: a step in latents shall change
 * pictures equally everywhere. J' y is the gradient of <G(z), y> in z, so no Jacobian is made; rows must not see each other in
 * the generator (no batch norm). Costly: use it under `every`.
 * Source: Karras et al. 2020 (StyleGAN2, arXiv 1912.04958), section 3.2 and appendix B; weight 2 and decay .99 as in the
 * released code.
 * Throws on a weight < 0 and a decay outside [0, 1); needs a generator of latents.
 */
export function pathLength({ weight = 2, decay = 0.99 }: PathLengthOptions = {}): Regularizer {
  expectNumber('pathLength', 'weight', weight, { hint: '2 is usual' })
  expectDecay('pathLength', decay)
  const term: Regularizer = ({ latents, generate, fake, key, slot }) => {
    // Of a picture [n, height, width, channels]; rows of points have no area to spread over.
    const area = fake.rank === 4 ? fake.shape[1]! * fake.shape[2]! : 1
    const y = normal(fold(key, 'pathLength'), fake.shape, 0, 1 / Math.sqrt(area))
    const along = gradients(() => sum(mul(generate!(latents!), y)), [latents!]).grads[0]!
    const lengths = sqrt(add(sum(square(along), 1), EPSILON))
    return {
      cost: mul(weight, mean(square(sub(lengths, (slot as Memory).length)))) as Scalar,
      aux: { length: mean(lengths) },
    }
  }
  const slot: Slot<Memory> = {
    init: () => ({ length: scalar(0) }),
    next: (state, { own }) =>
      own === undefined
        ? state
        : { length: add(mul(decay, state.length), mul(1 - decay, (own as Memory).length)) },
  }
  return Object.assign(term, { slot, needs: ['latents', 'generate'] as const })
}
