import type { Network, Params } from '@equilibria/core'
import { div, mul, reshape, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { parametrised } from './parametrised.ts'

/** How a kernel's filters are told apart. */
export interface WeightNormOptions {
  /** The kernels' output axis: the last one unless given, 2 for `conv2dTranspose`. */
  readonly axis?: number
}

/** The Euclidean norm of each output's weights, [1, ..., outputs, ..., 1]. */
const norms = (kernel: Tensor, axis: number): Tensor => {
  const others = [...kernel.shape.keys()].filter(i => i !== axis)
  return sqrt(sum(square(kernel), others, true))
}

const axisOf = (kernel: Tensor, axis = kernel.rank - 1) => axis

/**
 * Weight normalisation of a network, one layer or many: every `kernel` v is used as gain v / |v|, where |v| is the norm of an output's
 * weights and `gain` [outputs] a parameter of its own beside it: length and direction learn apart. Gains start as the norms, so
 * that nothing changes at first. Source: Salimans & Kingma 2016 (arXiv 1602.07868), eq. 2.
 * Throws, when parameters are made, if the network has no kernel.
 */
export const weightNorm = <In, P extends Params>(
  network: Network<In, Tensor, P>,
  { axis }: WeightNormOptions = {},
): Network<In, Tensor, P> =>
  parametrised(network, {
    name: 'weightNorm',
    init: kernel => ({ gain: reshape(norms(kernel, axisOf(kernel, axis)), [-1]) }),
    kernel: ({ kernel, gain }) => {
      const lengths = norms(kernel, axisOf(kernel, axis))
      return mul(kernel, div(reshape(gain as Tensor, lengths.shape), lengths))
    },
  })
