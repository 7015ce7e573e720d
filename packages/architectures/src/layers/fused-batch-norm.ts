import { type Context, fused, fusedKernels, hasFused, runFused, tell, vjp } from '@equilibria/core'
import { clone, customGrad, type Tensor } from '@tensorflow/tfjs-core'

/** Parameters of the normalisation, both [c], and the number added to the variance. */
interface Affine {
  readonly gain: Tensor
  readonly bias: Tensor
  readonly epsilon: number
}

/**
 * Batch normalisation of `x` [m, c] by its own moments, which are told, in one pass forward and one backward, where the backend has kernels for them; undefined
 * elsewhere. `compose` is the same in differentiable operations, from x, gain and bias: gradients of gradients are taken through it.
 */
export function normalisedAtOnce(
  x: Tensor,
  { gain, bias, epsilon }: Affine,
  context: Context,
  compose: (x: Tensor, gain: Tensor, bias: Tensor) => Tensor,
): Tensor | undefined {
  if (!hasFused(fusedKernels.batchNorm) || !hasFused(fusedKernels.batchNormGrad)) return undefined
  const how = { epsilon }
  const made = runFused(fusedKernels.batchNorm, { x, gain, bias }, how) as Tensor[]
  const [y, mean, variance, unbiased] = made as [Tensor, Tensor, Tensor, Tensor]
  tell(context, 'mean', mean)
  tell(context, 'variance', unbiased)
  const normalise = customGrad((...given) => {
    const save = given.at(-1) as unknown as (tensors: Tensor[]) => void
    save([x, gain, bias, mean, variance])
    return {
      value: clone(y),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, gain, bias, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor]
        const inputs = { dy, x, gain, mean, variance }
        const composed = () => vjp(() => compose(x, gain, bias), [x, gain, bias], dy).grads
        return fused(fusedKernels.batchNormGrad, inputs, how, composed)
      },
    }
  })
  return normalise(x, gain, bias)
}
