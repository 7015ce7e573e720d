import { fusedKernels } from '@equilibria/core'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { address, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

/** Gradients of elementary functions in one pass, in the order of assembly/gradients.ts; with the bits of the composed ones. */
export const gradients = [fusedKernels.leakyReluGrad, fusedKernels.tanhGrad].map((kernelName, op) =>
  wasmKernel<{ alpha?: number }>(kernelName, ({ inputs, attrs, backend }) => {
    const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo }
    const out = backend.makeOutput(dy.shape, 'float32')
    const [from, at, to] = [dy, y, out].map(x => address(backend, x)) as [number, number, number]
    simd(backend).gradient(op, from, at, to, util.sizeFromShape(dy.shape), attrs?.alpha ?? 0)
    return out
  }),
)
