import {
  type backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { address, type ConvAttrs, convInfo, floats, type WasmBackend, wasmKernel } from '../heap.ts'
import { type Instance, simd } from '../simd/index.ts'

type Info = backend_util.Conv2DInfo

/** Makes the output and has it filled with the geometry set; all zeros where any extent is 0. */
function convolved(
  backend: WasmBackend,
  shape: readonly number[],
  info: Info,
  fill: (module: Instance, out: number) => void,
): TensorInfo {
  const out = backend.makeOutput(shape, 'float32')
  const extents = [...info.inShape, ...info.filterShape, ...info.outShape]
  if (extents.includes(0)) {
    floats(backend, out).fill(0)
    return out
  }
  const module = simd(backend)
  module.setConvolution(
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
  )
  fill(module, address(backend, out))
  return out
}

/** Convolution. x: [n, h, w, ci]; filter: [fh, fw, ci, co]; result: [n, oh, ow, co]. */
export const conv2D = wasmKernel<ConvAttrs>(Conv2D, ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  const info = convInfo(Conv2D, x.shape, filter.shape, attrs)
  return convolved(backend, info.outShape, info, (module, out) =>
    module.conv(address(backend, x), address(backend, filter), out),
  )
})

/** Gradient with respect to the filter. x: [n, h, w, ci]; dy: [n, oh, ow, co]; result: [fh, fw, ci, co]. */
export const conv2DBackpropFilter = wasmKernel<ConvAttrs & { filterShape: number[] }>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const info = convInfo(Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs)
    return convolved(backend, info.filterShape, info, (module, out) =>
      module.convFilterGradient(address(backend, x), address(backend, dy), out),
    )
  },
)

/** Up to so many channels the input's gradient goes by shares: the other way's products are 8 columns wide. */
const NARROW = 4
/** Room for shares, bytes: what the second-level cache holds. */
const SHARES = 1 << 19

/** Gradient with respect to the input. dy: [n, oh, ow, co]; filter: [fh, fw, ci, co]; result: [n, h, w, ci]. */
export const conv2DBackpropInput = wasmKernel<ConvAttrs & { inputShape: number[] }>(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const info = convInfo(Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs)
    return convolved(backend, info.inShape, info, (module, out) => {
      if (info.inChannels > NARROW) {
        module.convInputGradient(address(backend, dy), address(backend, filter), out)
        return
      }
      const perImage =
        info.outHeight * info.outWidth * info.filterHeight * info.filterWidth * info.inChannels * 4
      const chunk = Math.min(info.batchSize, Math.max(1, Math.floor(SHARES / perImage)))
      const shares = backend.wasm._malloc(chunk * perImage)
      module.convInputGradientNarrow(address(backend, dy), address(backend, filter), out, shares, chunk)
      backend.wasm._free(shares)
    })
  },
)
