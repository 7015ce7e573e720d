import { add, clipByValue, div, mul, type Scalar, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { gradients } from '../autodiff/index.ts'
import { checkNumber } from '../check.ts'
import { fold } from '../key.ts'
import { expectLatent, type Latent } from '../latent.ts'
import { bernoulli } from '../random.ts'

/** How latents are optimised. */
export interface LatentOptimisationOptions {
  /** `natural`: dz = rate g / (damping + |g|^2). `gradient`: dz = rate g. */
  readonly method?: 'natural' | 'gradient'
  /** Alpha, the size of a step. */
  readonly rate?: number
  /** Beta, the damping of the natural gradient. */
  readonly damping?: number
  readonly steps?: number
  /** The probability that a row is moved; the others stay as drawn. */
  readonly share?: number
  /** Moved latents are clipped to [-bound, bound], where latents are bounded. */
  readonly bound?: number | undefined
}

/**
 * Latent optimisation: while training, latents are moved a step towards what the critic takes for real, g being the gradient
 * of D(G(z)) (energies: of -D(G(z))) in z, before the rows are generated that both players see. The step is part of the game: gradients of both
 * players go through it. Row i moves on its own if neither network lets rows see each other. Sampling draws without moving.
 * Source: Wu et al. 2019 (LOGAN, arXiv 1912.00953), algorithm 1, and for the natural gradient the Fisher matrix g g' + beta I;
 * after CS-GAN (Wu et al. 2019, arXiv 1905.06723). Both also penalise the distance moved: `latentTransport` in `@equilibria/losses`.
 * Throws on options out of range.
 */
export function optimised(
  { method = 'natural', rate = 0.9, damping = 5, steps = 1, share = 1, bound }: LatentOptimisationOptions,
  latent: Latent,
): Latent {
  const fail = (what: string) => {
    throw new Error(`optimised: ${what}`)
  }
  expectLatent('optimised', latent)
  if (method !== 'natural' && method !== 'gradient')
    fail(`method must be "natural" or "gradient", got ${JSON.stringify(method)}`)
  checkNumber('optimised: rate', rate, { positive: true })
  checkNumber('optimised: damping', damping, {
    positive: true,
    hint: 'without it a flat critic has no direction',
  })
  if (!(Number.isInteger(steps) && steps >= 1))
    fail(`steps must be a whole number >= 1, got ${steps}; for none use the latents as they are`)
  if (!(share > 0 && share <= 1)) fail(`share must lie in (0, 1], got ${share}`)
  if (bound !== undefined && !(bound > 0)) fail(`bound must be a number > 0, got ${bound}`)
  const { truncated } = latent
  return {
    ...latent,
    ...(truncated && {
      truncated: threshold => optimised({ method, rate, damping, steps, share, bound }, truncated(threshold)),
    }),
    refine: (drawn, judge, key) => {
      const start = latent.refine?.(drawn, judge, fold(key, 'inner')) ?? drawn
      const moving = share < 1 ? bernoulli(fold(key, 'share'), [drawn.shape[0]!, 1], share) : 1
      let z = start
      for (let i = 0; i < steps; i++) {
        const at = z
        const g = gradients(() => sum(judge(at)) as Scalar, [at]).grads[0]!
        const scale: Tensor | number =
          method === 'gradient' ? rate : div(rate, add(damping, sum(square(g), 1, true)))
        const moved = add(at, mul(moving, mul(scale, g)))
        z = bound === undefined ? moved : clipByValue(moved, -bound, bound)
      }
      return z
    },
  }
}
