import { checkCount, fold, type Network } from '@equilibria/core'
import { add, concat, conv2d as convolve, split, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { glorot, zeros } from '../initializers.ts'
import { type ConvolutionOptions, windowOf } from './conv2d.ts'
import type { LinearParams } from './dense.ts'
import { expectRows } from './input.ts'

/** How a grouped convolution is made. */
export interface GroupedConv2dOptions extends ConvolutionOptions {
  /** Into how many groups of channels inputs and outputs are cut; must divide both. */
  readonly groups: number
}

/**
 * A convolution in groups: [n, h, w, inputs] -> [n, h', w', outputs], where each of `groups` equal runs of output channels sees
 * its own run of input channels alone; the kernel is [size, size, inputs / groups, outputs]. Source: Xie et al. 2017 (ResNeXt),
 * section 3. Throws where `groups` does not divide the channels.
 */
export function groupedConv2d(
  inputs: number,
  outputs: number,
  { groups, size = 3, stride = 1, padding = 'same', kernel = glorot, bias = zeros }: GroupedConv2dOptions,
): Network<Tensor, Tensor, LinearParams> {
  const window = windowOf(size)
  const counts = { inputs, outputs, groups, stride, height: window[0], width: window[1] }
  for (const [name, value] of Object.entries(counts)) checkCount(`groupedConv2d: ${name}`, value)
  if (inputs % groups !== 0 || outputs % groups !== 0)
    throw new Error(
      `groupedConv2d: expected groups to divide inputs and outputs, got ${groups} groups of ${inputs} inputs and ${outputs} outputs; change the number of groups or of channels`,
    )
  return {
    init: key => ({
      kernel: kernel(fold(key, 'kernel'), [...window, inputs / groups, outputs]),
      ...(bias && { bias: bias(fold(key, 'bias'), [outputs]) }),
    }),
    apply: (params, x) => {
      expectRows('groupedConv2d', x, [null, null, inputs])
      // A convolution for each group: tfjs has no grouped one. The gradient of a split is a join and the other way round, so
      // derivatives of every order have this very form, without a sum of padded parts.
      const kernels = split(params.kernel, groups, 3)
      const parts = split(x, groups, 3).map((part, i) =>
        convolve(part as Tensor4D, kernels[i] as Tensor4D, stride, padding),
      )
      const y = concat(parts, 3)
      return params.bias ? add(y, params.bias) : y
    },
  }
}
