import { _FusedMatMul, FusedConv2D, FusedDepthwiseConv2D, type TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, release, run, type WasmBackend, wasmKernel } from '../heap.ts'

interface FusedAttrs {
  activation?: string
  leakyreluAlpha?: number
}

/** Kernel of each fused activation's name, as tfjs spells them. */
const activations: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
  sigmoid: 'Sigmoid',
}

/** Adds the bias and applies the activation; takes the product over. */
function finish(
  backend: WasmBackend,
  product: TensorInfo,
  { bias, preluActivationWeights }: Record<string, TensorInfo | undefined>,
  { activation = 'linear', leakyreluAlpha }: FusedAttrs,
): TensorInfo {
  let out = product
  const replace = (next: TensorInfo): void => {
    release(backend, out)
    out = next
  }
  if (bias) replace(run(backend, 'Add', { a: out, b: bias }))
  if (activation === 'linear') return out
  const kernel = activations[activation]
  if (!kernel) {
    const known = ['linear', ...Object.keys(activations)].join(', ')
    release(backend, out)
    throw new Error(`fused kernels (wasm): unknown activation "${activation}"; known: ${known}`)
  }
  const inputs = kernel === 'Prelu' ? { x: out, alpha: preluActivationWeights! } : { x: out }
  replace(run(backend, kernel, inputs, { alpha: leakyreluAlpha ?? 0.2 }))
  return out
}

/** Matrix product, bias and activation in one kernel, as tfjs's `fused.matMul` wants it. */
export const fusedMatMul = wasmKernel<FusedAttrs & { transposeA: boolean; transposeB: boolean }>(
  _FusedMatMul,
  ({ inputs, attrs, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    return finish(backend, run(backend, 'BatchMatMul', { a, b }, attrs), inputs, attrs)
  },
)

/** Convolution, bias and activation in one kernel, as tfjs's `fused.conv2d` wants it. */
export const fusedConv2D = wasmKernel<FusedAttrs & ConvAttrs>(FusedConv2D, ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  return finish(backend, run(backend, 'Conv2D', { x, filter }, attrs), inputs, attrs)
})

/** Depthwise convolution, bias and activation in one kernel, as tfjs's `fused.depthwiseConv2d` wants it. */
export const fusedDepthwiseConv2D = wasmKernel<FusedAttrs & ConvAttrs>(
  FusedDepthwiseConv2D,
  ({ inputs, attrs, backend }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
    return finish(backend, run(backend, 'DepthwiseConv2dNative', { x, filter }, attrs), inputs, attrs)
  },
)
