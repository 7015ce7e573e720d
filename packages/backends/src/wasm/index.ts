/**
 * What tfjs-backend-wasm lacks for training, and what it does too slowly or wrongly.
 *
 * @module
 */
import { getKernel } from '@tensorflow/tfjs-core'
import { overlayAll } from '../overlay.ts'
import type { WasmKernel } from './heap.ts'
import { adamMove } from './kernels/adam.ts'
import { binary, select } from './kernels/binary.ts'
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput } from './kernels/conv2d.ts'
import { conv3D, conv3DBackpropFilter, conv3DBackpropInput, maxPool3D } from './kernels/conv3d.ts'
import { einsum } from './kernels/einsum.ts'
import { fusedConv2D, fusedDepthwiseConv2D, fusedMatMul } from './kernels/fused.ts'
import { gradients } from './kernels/gradients.ts'
import { identity } from './kernels/identity.ts'
import { batchMatMul } from './kernels/matmul.ts'
import { oneHot } from './kernels/one-hot.ts'
import { gather, reverse, slice, splitV, stridedSlice, tile, transpose, unpack } from './kernels/rearrange.ts'
import { reductions } from './kernels/reduce.ts'
import { cast, unary } from './kernels/unary.ts'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.ts'
import { depthwise, depthwiseBackpropFilter, depthwiseBackpropInput, pools } from './kernels/windows.ts'

/** Kernels the stock backend does not have. */
const missing: readonly WasmKernel[] = [
  conv2DBackpropFilter,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
  unsortedSegmentSum,
  einsum,
  ...gradients,
  adamMove,
]

/** Kernels the stock backend has: slower, or wrong in some case. */
const better: readonly WasmKernel[] = [
  conv2D,
  conv2DBackpropInput,
  batchMatMul,
  fusedMatMul,
  fusedConv2D,
  fusedDepthwiseConv2D,
  depthwise,
  ...pools,
  conv3D,
  conv3DBackpropFilter,
  conv3DBackpropInput,
  maxPool3D,
  oneHot,
  identity,
  ...unary,
  cast,
  ...binary,
  select,
  ...reductions,
  transpose,
  tile,
  slice,
  splitV,
  unpack,
  stridedSlice,
  reverse,
  gather,
]

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
  overlayAll('wasm', [...missing, ...better])
}
