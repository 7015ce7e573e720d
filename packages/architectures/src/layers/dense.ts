import { checkCount, fold, type Network } from '@equilibria/core'
import { add, matMul, type Tensor } from '@tensorflow/tfjs-core'
import { glorot, type Initializer, zeros } from '../initializers.ts'
import { expectRows } from './input.ts'

/** Parameters of a linear map: a kernel [..., in, out] and, unless switched off, a bias [out]. */
export type LinearParams = { readonly kernel: Tensor; readonly bias?: Tensor }

/** How a linear layer starts. */
export interface LinearOptions {
  /** Start of the kernel, Glorot's unless given. */
  readonly kernel?: Initializer
  /** Start of the bias, zeros unless given; false: no bias (a normalisation follows that would remove it). */
  readonly bias?: Initializer | false
}

/** A fully connected layer: [n, inputs] -> [n, outputs]. */
export function dense(
  inputs: number,
  outputs: number,
  { kernel = glorot, bias = zeros }: LinearOptions = {},
): Network<Tensor, Tensor, LinearParams> {
  checkCount('dense: inputs', inputs)
  checkCount('dense: outputs', outputs)
  return {
    init: key => ({
      kernel: kernel(fold(key, 'kernel'), [inputs, outputs]),
      ...(bias && { bias: bias(fold(key, 'bias'), [outputs]) }),
    }),
    apply: (params, x) => {
      expectRows('dense', x, [inputs])
      const y = matMul(x, params.kernel)
      return params.bias ? add(y, params.bias) : y
    },
  }
}
