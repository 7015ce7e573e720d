import { checkCount, fold, type Network } from '@equilibria/core'
import { add, matMul, max, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { glorot, zeros } from '../initializers.ts'
import type { LinearOptions, LinearParams } from './dense.ts'
import { expectRows } from './input.ts'

/** How a maxout layer is made. */
export interface MaxoutOptions extends LinearOptions {
  /** Linear pieces a unit takes the maximum of; 5 unless given. */
  readonly pieces?: number
}

/**
 * A maxout layer: [n, inputs] -> [n, outputs], each output the maximum of `pieces` linear functions of the input. The kernel
 * [inputs, pieces * outputs] holds the first pieces of all units, then the second ones, and so on: units stay next to each
 * other, which makes the maximum cheap. Source: Goodfellow et al. 2013, section 2.
 */
export function maxout(
  inputs: number,
  outputs: number,
  { pieces = 5, kernel = glorot, bias = zeros }: MaxoutOptions = {},
): Network<Tensor, Tensor, LinearParams> {
  checkCount('maxout: inputs', inputs)
  checkCount('maxout: outputs', outputs)
  checkCount('maxout: pieces', pieces, 2)
  return {
    init: key => ({
      kernel: kernel(fold(key, 'kernel'), [inputs, pieces * outputs]),
      ...(bias && { bias: bias(fold(key, 'bias'), [pieces * outputs]) }),
    }),
    apply: (params, x) => {
      expectRows('maxout', x, [inputs])
      const y = matMul(x, params.kernel)
      return max(reshape(params.bias ? add(y, params.bias) : y, [x.shape[0]!, pieces, outputs]), 1)
    },
  }
}
