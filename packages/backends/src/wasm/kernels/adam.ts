import { fusedKernels } from '@equilibria/core'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { address, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

/** Adam's move in one pass, with the bits of the composed one. */
export const adamMove = wasmKernel<{ beta1: number; beta2: number }>(
  fusedKernels.adamMove,
  ({ inputs, attrs: { beta1, beta2 }, backend }) => {
    const { p, g, m, v, rate, epsilon } = inputs as Record<string, TensorInfo>
    const out = [p!, m!, v!].map(x => backend.makeOutput(x.shape, 'float32'))
    const [pIn, gIn, mIn, vIn, pOut, mOut, vOut, by, eps] = [p!, g!, m!, v!, ...out, rate!, epsilon!].map(x =>
      address(backend, x),
    ) as [number, number, number, number, number, number, number, number, number]
    const count = util.sizeFromShape(p!.shape)
    const betas = [beta1, 1 - beta1, beta2, 1 - beta2] as const
    simd(backend).adam(pIn, gIn, mIn, vIn, pOut, mOut, vOut, count, by, eps, ...betas)
    return out
  },
)
