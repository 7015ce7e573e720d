import { checkCount, fold, type Network } from '@equilibria/core'
import { add, conv2d as convolve, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { glorot, zeros } from '../initializers.ts'
import type { LinearOptions, LinearParams } from './dense.ts'
import { expectRows } from './input.ts'

/** How a convolution is made. */
export interface ConvolutionOptions extends LinearOptions {
  /** Window side, or [height, width]; 3 unless given. */
  readonly size?: number | readonly [height: number, width: number]
  /** Step of the window; 1 unless given. */
  readonly stride?: number
  /** `same` (default): output side = input side / stride, zeros around; `valid`: only whole windows. */
  readonly padding?: 'same' | 'valid'
}

/** How `conv2d` is made. */
export interface Conv2dOptions extends ConvolutionOptions {
  /** Distance between the pixels under a window, 1 unless given: 2 leaves every other pixel out. Not together with a stride. */
  readonly dilation?: number
}

/** Window sides of a convolution. */
export const windowOf = (size: number | readonly [number, number]): readonly [number, number] =>
  typeof size === 'number' ? [size, size] : size

/**
 * A convolution: [n, h, w, inputs] -> [n, h', w', outputs]; the kernel is [size, size, inputs, outputs]. Dilated windows: Yu &
 * Koltun 2016. Throws on both a stride and a dilation.
 */
export function conv2d(
  inputs: number,
  outputs: number,
  { size = 3, stride = 1, dilation = 1, padding = 'same', kernel = glorot, bias = zeros }: Conv2dOptions = {},
): Network<Tensor, Tensor, LinearParams> {
  const window = windowOf(size)
  const counts = { inputs, outputs, stride, dilation, height: window[0], width: window[1] }
  for (const [name, value] of Object.entries(counts)) checkCount(`conv2d: ${name}`, value)
  if (stride > 1 && dilation > 1)
    throw new Error(
      `conv2d: expected a stride or a dilation, got stride ${stride} and dilation ${dilation}; leave one of them at 1`,
    )
  return {
    init: key => ({
      kernel: kernel(fold(key, 'kernel'), [...window, inputs, outputs]),
      ...(bias && { bias: bias(fold(key, 'bias'), [outputs]) }),
    }),
    apply: (params, x) => {
      expectRows('conv2d', x, [null, null, inputs])
      const y = convolve(x as Tensor4D, params.kernel as Tensor4D, stride, padding, 'NHWC', dilation)
      return params.bias ? add(y, params.bias) : y
    },
  }
}
