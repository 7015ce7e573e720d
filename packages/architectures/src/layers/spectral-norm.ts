import { type Context, type Network, normal, type Params, remembered, tell } from '@equilibria/core'
import {
  add,
  div,
  matMul,
  mul,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { offTape } from '../off-tape.ts'
import { placed } from './input.ts'
import { parametrised } from './parametrised.ts'

/** How a kernel is taken as a matrix. */
export interface SpectralNormOptions {
  /** The kernel's output axis: the last one unless given, 2 for `conv2dTranspose`. */
  readonly axis?: number
}

/** x / |x| over all numbers, never dividing by zero. */
const unit = (x: Tensor): Tensor => div(x, sqrt(add(sum(square(x)), 1e-24)))

/** A kernel as a matrix [everything else, outputs]. */
function asMatrix(kernel: Tensor, axis: number | undefined): Tensor {
  const last = kernel.rank - 1
  const moved =
    axis === undefined || axis === last
      ? kernel
      : transpose(kernel, [...kernel.shape.keys()].filter(i => i !== axis).concat(axis))
  return reshape(moved, [-1, moved.shape[last]!])
}

function vectorIn(context: Context): Tensor {
  const u = remembered(context, 'u')
  if (u) return u
  throw new Error(
    `${placed('spectralNorm', context)}: memory has no vector u; start from network.memory(key) and carry what the network tells`,
  )
}

/**
 * Divides every `kernel` of a network, one layer or many, by its largest singular value, estimated by power iteration: each layer is then
 * about 1-Lipschitz. With a kernel as a matrix W [in, out] and a vector u [out] in memory: v = W u / |W u| and, in `train` mode,
 * u = W' v / |W' v|, which is told; sigma = v' W u. `sample` mode leaves u as it is. Gradients go through sigma's W, not
 * through u and v. Source: Miyato et al. 2018, section 2.1 and algorithm 1.
 * Throws where memory has no u and, when parameters and memory are made, if the network has no kernel, has spectral norm already or has weight norm
 * inside, which would undo it.
 */
export const spectralNorm = <In, P extends Params>(
  network: Network<In, Tensor, P>,
  { axis }: SpectralNormOptions = {},
): Network<In, Tensor, P> => ({
  ...parametrised(network, {
    name: 'spectralNorm',
    memory: ({ kernel, gain }, key) => {
      if (gain)
        throw new Error(
          'spectralNorm: the network has weight norm, which would undo it: take that as the outer one, weightNorm(spectralNorm(network)), or leave it out',
        )
      return { u: reshape(unit(normal(key, [kernel.shape.at(axis ?? -1)!])), [-1]) }
    },
    kernel: ({ kernel }, context) => {
      const matrix = asMatrix(kernel, axis)
      const [inputs, outputs] = matrix.shape as [number, number]
      const previous = reshape(vectorIn(context), [outputs, 1])
      const v = offTape(() => reshape(unit(matMul(matrix, previous)), [1, inputs]))
      const image = matMul(v, matrix)
      const u = context.mode === 'train' ? offTape(() => unit(image)) : reshape(previous, [1, outputs])
      if (context.mode === 'train') tell(context, 'u', reshape(u, [outputs]))
      return div(kernel, sum(mul(image, u)))
    },
  }),
  lipschitz: true,
})
