import { checkCount, fold, type Network } from '@equilibria/core'
import {
  add,
  conv2dTranspose as convolveTransposed,
  type Tensor,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { glorot, zeros } from '../initializers.ts'
import { type ConvolutionOptions, windowOf } from './conv2d.ts'
import type { LinearParams } from './dense.ts'
import { expectRows } from './input.ts'

/**
 * A transposed convolution, which enlarges: [n, h, w, inputs] -> [n, h * stride, w * stride, outputs] with `same` padding,
 * [n, (h - 1) * stride + size, ...] with `valid`. The kernel is [size, size, outputs, inputs], that of
 * the convolution it transposes; initializers are shown [size, size, inputs, outputs], so that fans mean what they say.
 */
export function conv2dTranspose(
  inputs: number,
  outputs: number,
  { size = 4, stride = 2, padding = 'same', kernel = glorot, bias = zeros }: ConvolutionOptions = {},
): Network<Tensor, Tensor, LinearParams> {
  const [height, width] = windowOf(size)
  const counts = { inputs, outputs, stride, height, width }
  for (const [name, value] of Object.entries(counts)) checkCount(`conv2dTranspose: ${name}`, value)
  const grown = (side: number, window: number) =>
    padding === 'same' ? side * stride : (side - 1) * stride + window
  return {
    init: key => ({
      kernel: tidy(() =>
        transpose(kernel(fold(key, 'kernel'), [height, width, inputs, outputs]), [0, 1, 3, 2]),
      ),
      ...(bias && { bias: bias(fold(key, 'bias'), [outputs]) }),
    }),
    apply: (params, x) => {
      expectRows('conv2dTranspose', x, [null, null, inputs])
      const [n, h, w] = x.shape as [number, number, number, number]
      const shape: [number, number, number, number] = [n, grown(h, height), grown(w, width), outputs]
      const y = convolveTransposed(x as Tensor4D, params.kernel as Tensor4D, shape, stride, padding)
      return params.bias ? add(y, params.bias) : y
    },
  }
}
