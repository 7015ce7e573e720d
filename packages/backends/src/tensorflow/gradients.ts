import { fusedKernels } from '@equilibria/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { libraryKernel, withLibrary } from './library.ts'

/** The library's gradient of leakyRelu, which looks at the sign of what it is given only: the output will do for the input. */
const leakyReluGrad = libraryKernel<{ alpha: number }>(
  fusedKernels.leakyReluGrad,
  ({ inputs, attrs, backend }) => {
    const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo }
    return withLibrary(backend, ({ run, float }) =>
      attrs.alpha === 0
        ? run('ReluGrad', [dy, y])
        : run('LeakyReluGrad', [dy, y], { T: float, alpha: attrs.alpha }),
    )[0]!
  },
)

const tanhGrad = libraryKernel(fusedKernels.tanhGrad, ({ inputs, backend }) => {
  const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo }
  return withLibrary(backend, ({ run }) => run('TanhGrad', [y, dy]))[0]!
})

/** Gradients that the library has in one operation. */
export const gradients = [leakyReluGrad, tanhGrad]
