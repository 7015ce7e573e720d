import {
  add,
  type FusedBatchNormAttrs,
  type LRNAttrs,
  matMul,
  mul,
  neg,
  pow,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { unbroadcast } from './shared.ts'

/** y = (x - mean) / sqrt(variance + eps) * scale + offset, all but x broadcast to it. */
const batchNorm = rule<FusedBatchNormAttrs>(
  'FusedBatchNorm',
  { inputs: ['x', 'mean', 'variance', 'scale', 'offset'] },
  (dy, { attrs, input, shape }) => {
    const deviation = () => rsqrt(add(input('variance'), attrs.varianceEpsilon))
    const centred = () => sub(input('x'), input('mean'))
    const weighted = () => mul(dy, input('scale'))
    return {
      x: () => mul(weighted(), deviation()),
      mean: () => neg(unbroadcast(mul(weighted(), deviation()), shape('mean'))),
      variance: () => {
        const cubed = mul(-0.5, mul(deviation(), square(deviation())))
        return unbroadcast(mul(mul(weighted(), centred()), cubed), shape('variance'))
      },
      scale: () => unbroadcast(mul(dy, mul(centred(), deviation())), shape('scale')),
      offset: () => unbroadcast(dy, shape('offset')),
    }
  },
)

/** Sums over each channel and its neighbours up to `radius` away: x [..., c]. */
function neighbours(x: Tensor, radius: number): Tensor {
  const c = x.shape[x.rank - 1]!
  const near = Float32Array.from({ length: c * c }, (_, k) =>
    Math.abs(Math.floor(k / c) - (k % c)) <= radius ? 1 : 0,
  )
  return reshape(matMul(reshape(x, [-1, c]), tensor(near, [c, c])), x.shape)
}

/** y = x s^-beta with s = bias + alpha * (sum of squares of the neighbouring channels). */
const localResponse = rule<LRNAttrs>('LRN', { inputs: ['x'] }, (dy, { attrs, input }) => ({
  x: () => {
    const { depthRadius, bias, alpha, beta } = attrs
    const x = input('x')
    const s = add(bias, mul(alpha, neighbours(square(x), depthRadius)))
    const across = neighbours(mul(dy, mul(x, pow(s, -beta - 1))), depthRadius)
    return sub(mul(dy, pow(s, -beta)), mul(2 * alpha * beta, mul(x, across)))
  },
}))

export const normalization: readonly Rule[] = [batchNorm, localResponse]
