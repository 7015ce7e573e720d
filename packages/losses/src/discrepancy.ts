import type { Loss } from '@equilibria/core'
import { add, mean, mul, neg, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Kernel } from './kernels.ts'
import { asVectors, meanOfOthers } from './vectors.ts'

/** How a discrepancy is estimated from two batches. */
export interface EstimateOptions {
  /** Leave out pairs of a row with itself: right on average, and negative at times. Otherwise never negative, and too large on average. */
  unbiased?: boolean
}

/** E k(x, x') over one batch of vectors [n, d]. */
export const within = (loss: string, { apply, self }: Kernel, x: Tensor, unbiased: boolean): Scalar => {
  const values = apply(x, x)
  return unbiased ? meanOfOthers(loss, values, self) : (mean(values) as Scalar)
}

/** The squared discrepancy E k(x, x') + E k(y, y') - 2 E k(x, y) of batches of vectors [n, d] and [m, d]. */
export const discrepancy = (loss: string, kernel: Kernel, x: Tensor, y: Tensor, unbiased: boolean): Scalar =>
  sub(
    add(within(loss, kernel, x, unbiased), within(loss, kernel, y, unbiased)),
    mul(2, mean(kernel.apply(x, y))),
  )

/** E k(v, x) - E k(v, y) for each of vectors v [k, d]: where the discrepancy sees more data than fakes. Shape [k]. */
export const kernelWitness = ({ apply }: Kernel, v: Tensor, x: Tensor, y: Tensor): Tensor =>
  sub(mean(apply(v, x), 1), mean(apply(v, y), 1))

/** The zero-sum loss of a discrepancy between vectors that the critic gives: it makes it large, the generator small. */
export const discrepancyLoss = (name: string, kernel: Kernel, unbiased: boolean): Loss => {
  const vectors = (...outputs: Tensor[]) => outputs.map(o => asVectors(name, o))
  const between = (real: Tensor, fake: Tensor) => {
    const [x, y] = vectors(real, fake)
    return discrepancy(name, kernel, x!, y!, unbiased)
  }
  return {
    zeroSum: true,
    outputs: 'vectors',
    batchwise: true,
    critic: (real, fake) => neg(between(real, fake)) as Scalar,
    generator: (fake, real) => between(real(), fake),
    witness: (outputs, real, fake) => {
      const [v, x, y] = vectors(outputs, real, fake)
      return kernelWitness(kernel, v!, x!, y!)
    },
  }
}
