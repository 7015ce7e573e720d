import { checkNumber, fold, gradients, normal, type Regularizer, termMaker } from '@equilibria/core'
import { mean, mul, type Scalar, square, sub, sum } from '@tensorflow/tfjs-core'
import { averages, type Scalars } from './averages.ts'
import { norms } from './rows.ts'

/** Options of `pathLength`. */
export interface PathLengthOptions {
  weight?: number
  /** Of the moving mean of lengths. */
  decay?: number
}

/**
 * Path length regularization, a term of the generator: weight E(|J' y| - a)^2, J the Jacobian of the generator in its latents, y keyed
 * normal rows divided by sqrt(height width), a the moving mean of |J' y| in the term's slot, from 0: a step in latents shall change
 * pictures equally everywhere. J' y is the gradient of <G(z), y> in z, so no Jacobian is made; rows must not see each other in
 * the generator (no batch norm). Costly: use it under `every`.
 * Source: Karras et al. 2020 (StyleGAN2, arXiv 1912.04958), section 3.2 and appendix B; weight 2 and decay .99 as in the
 * released code.
 * Throws on a weight < 0 and a decay outside [0, 1); needs a generator of latents.
 */
export const pathLength = termMaker(
  'pathLength',
  ({ weight = 2, decay = 0.99 }: PathLengthOptions = {}): Regularizer => {
    checkNumber('pathLength: weight', weight, { hint: '2 is usual' })
    const memory = averages('pathLength', decay, ['length'])
    const term: Regularizer = ({ latents, generate, fake, key, slot }) => {
      // Of a picture [n, height, width, channels]; rows of points have no area to spread over.
      const area = fake.rank === 4 ? fake.shape[1]! * fake.shape[2]! : 1
      const y = normal(fold(key, 'pathLength'), fake.shape, 0, 1 / Math.sqrt(area))
      const along = gradients(() => sum(mul(generate!(latents!), y)), [latents!]).grads[0]!
      const lengths = norms(sum(square(along), 1))
      return {
        cost: mul(weight, mean(square(sub(lengths, (slot as Scalars).length!)))) as Scalar,
        aux: { length: mean(lengths) },
      }
    }
    return Object.assign(term, { slot: memory, needs: ['latents', 'generate'] as const })
  },
)
