/**
 * What tfjs-backend-wasm lacks for training.
 *
 * @module
 */
import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput } from './kernels/conv2d.ts'
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './kernels/depthwise-backprop.ts'
import { einsum } from './kernels/einsum.ts'
import { fusedConv2D, fusedMatMul } from './kernels/fused.ts'
import { batchMatMul } from './kernels/matmul.ts'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.ts'

/** Kernels the stock backend does not have. */
const missing: readonly KernelConfig[] = [
  conv2DBackpropFilter,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
  unsortedSegmentSum,
  einsum,
]

/** Kernels the stock backend has: slower, or wrong in some case. */
const better: readonly KernelConfig[] = [conv2D, conv2DBackpropInput, batchMatMul, fusedMatMul, fusedConv2D]

/**
 * Registers the kernels that training needs on the wasm backend. Idempotent; `useBackend('wasm')` calls it.
 *
 * @throws where tfjs-backend-wasm has not been imported
 */
export function registerWasmKernels(): void {
  if (!getKernel('Conv2D', 'wasm')) {
    throw new Error(
      "registerWasmKernels: the wasm backend's own kernels are not there; import '@tensorflow/tfjs-backend-wasm' first",
    )
  }
  for (const kernel of [...missing, ...better]) {
    const present = getKernel(kernel.kernelName, 'wasm')
    if (present === kernel) continue
    if (present) unregisterKernel(kernel.kernelName, 'wasm')
    registerKernel(kernel)
  }
}
