import { add, exp, mean, mul, type Scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import type { Key } from '../key.ts'
import { normal } from '../random.ts'
import { columns } from './classes.ts'

/** A code [n, dimensions] and, where it was drawn from a normal distribution, that distribution. */
export interface Encoded {
  readonly code: Tensor
  /** KL(N(mean, deviation^2) || N(0, 1)), summed over dimensions and averaged over rows; absent where the code is a point. */
  readonly divergence?: Scalar
}

/**
 * The code that an encoder's outputs stand for: [n, dimensions] is the code itself; [n, 2 dimensions] are means and
 * log-variances of normal distributions, from which it is drawn with the key's noise, differentiably (Kingma & Welling 2014,
 * arXiv 1312.6114, section 2.4 and appendix B). Throws on other shapes.
 */
export function encoded(game: string, outputs: Tensor, dimensions: number, key: Key): Encoded {
  const width = outputs.shape[1]
  if (outputs.rank === 2 && width === dimensions) return { code: outputs }
  if (outputs.rank !== 2 || width !== 2 * dimensions)
    throw new Error(
      `${game}: expected the encoder to give [n, ${dimensions}], codes like the latents, or [n, ${2 * dimensions}], their means and log-variances, got [${outputs.shape}]`,
    )
  const [centre, logVariance] = [columns(outputs, 0, dimensions), columns(outputs, dimensions, dimensions)]
  const noise = normal(key, [outputs.shape[0]!, dimensions])
  return {
    code: add(centre, mul(exp(mul(0.5, logVariance)), noise)),
    divergence: mul(
      0.5,
      mean(sum(sub(add(square(centre), exp(logVariance)), add(1, logVariance)), 1)),
    ) as Scalar,
  }
}
