import { type Context, remembered, tell } from '@equilibria/core'
import { add, mul, reshape, rsqrt, sub, type Tensor } from '@tensorflow/tfjs-core'
import { placed } from './input.ts'
import { moments } from './moments.ts'

/** Numbers less their mean [m, c], and the factor that gives them unit variance [1, c] or [c]. */
export interface Standardised {
  readonly centred: Tensor
  readonly scale: Tensor
}

/**
 * What batch normalisation normalises with. In `train` mode the moments of `x` [m, c] itself, which are told as `mean` and
 * `variance` [c], the latter unbiased (times m / (m - 1)). In `sample` mode the standing statistics in memory.
 * Throws in `sample` mode where there are none.
 */
export function standardised(layer: string, x: Tensor, epsilon: number, context: Context): Standardised {
  if (context.mode === 'train') {
    const [m, c] = x.shape as [number, number]
    const { mean, variance, centred } = moments(x, 0)
    if (context.tell) {
      tell(context, 'mean', reshape(mean, [c]))
      tell(context, 'variance', mul(reshape(variance, [c]), m / Math.max(1, m - 1)))
    }
    return { centred, scale: rsqrt(add(variance, epsilon)) }
  }
  const mean = remembered(context, 'mean')
  const variance = remembered(context, 'variance')
  if (!mean || !variance)
    throw new Error(
      `${placed(layer, context)}: sample mode needs standing statistics and memory has none; compute them with standing(network, params, { latent, key }) and apply the network in sampling(memory)`,
    )
  return { centred: sub(x, mean), scale: rsqrt(add(variance, epsilon)) }
}
