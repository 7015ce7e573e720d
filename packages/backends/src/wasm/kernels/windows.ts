import {
  AvgPool,
  backend_util,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  MaxPool,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import {
  address,
  type ConvAttrs,
  convInfo,
  floats,
  type WasmBackend,
  type WasmKernel,
  wasmKernel,
} from '../heap.ts'
import { type Instance, simd } from '../simd/index.ts'

/** Makes the output and fills it with the windows' geometry set; all zeros where any extent is 0. */
function windowed(
  backend: WasmBackend,
  shape: readonly number[],
  info: backend_util.Conv2DInfo,
  fill: (module: Instance, out: number) => void,
): TensorInfo {
  const out = backend.makeOutput(shape, 'float32')
  if (util.sizeFromShape([...info.inShape, ...info.outShape]) * info.filterHeight * info.filterWidth === 0) {
    floats(backend, out).fill(0)
    return out
  }
  const module = simd(backend)
  module.setWindows(
    info.inHeight,
    info.inWidth,
    info.outHeight,
    info.outWidth,
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

/** Depthwise convolution. x: [n, h, w, c]; filter: [fh, fw, c, m]; result: [n, oh, ow, c m]. */
export const depthwise = wasmKernel<ConvAttrs>(DepthwiseConv2dNative, ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  const info = convInfo(DepthwiseConv2dNative, x.shape, filter.shape, attrs, true)
  return windowed(backend, info.outShape, info, (module, out) => {
    const multiplier = info.outChannels / info.inChannels
    module.depthwise(
      address(backend, x),
      address(backend, filter),
      out,
      info.batchSize,
      info.inChannels,
      multiplier,
    )
  })
})

/** Its gradient with respect to the input. dy: [n, oh, ow, c m]; filter: [fh, fw, c, m]; result: [n, h, w, c]. */
export const depthwiseBackpropInput = wasmKernel<ConvAttrs & { inputShape: number[] }>(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const info = convInfo(DepthwiseConv2dNativeBackpropInput, attrs.inputShape, filter.shape, attrs, true)
    return windowed(backend, info.inShape, info, (module, out) => {
      const multiplier = info.outChannels / info.inChannels
      module.depthwiseInputGradient(
        address(backend, dy),
        address(backend, filter),
        out,
        info.batchSize,
        info.inChannels,
        multiplier,
      )
    })
  },
)

/** Its gradient with respect to the filter. x: [n, h, w, c]; dy: [n, oh, ow, c m]; result: [fh, fw, c, m]. */
export const depthwiseBackpropFilter = wasmKernel<ConvAttrs & { filterShape: number[] }>(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const info = convInfo(DepthwiseConv2dNativeBackpropFilter, x.shape, attrs.filterShape, attrs, true)
    return windowed(backend, info.filterShape, info, (module, out) => {
      const multiplier = info.outChannels / info.inChannels
      const row = backend.wasm._malloc(util.sizeFromShape(info.filterShape) * 4)
      module.depthwiseFilterGradient(
        address(backend, x),
        address(backend, dy),
        out,
        row,
        info.batchSize,
        info.inChannels,
        multiplier,
      )
      backend.wasm._free(row)
    })
  },
)

interface PoolAttrs {
  filterSize: [number, number] | number
  strides: [number, number] | number
  pad: ConvAttrs['pad']
  dimRoundingMode?: ConvAttrs['dimRoundingMode']
}

const pooling = (name: string, average: boolean): WasmKernel =>
  wasmKernel<PoolAttrs>(name, ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (x.dtype !== 'float32') return stock()
    const info = backend_util.computePool2DInfo(
      x.shape as [number, number, number, number],
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    )
    return windowed(backend, info.outShape, info, (module, out) => {
      module.pool(Number(average), address(backend, x), out, info.batchSize, info.inChannels)
    })
  })

/** Pooling of [n, h, w, c]. Padding counts for nothing, and not-a-number is passed on. */
export const pools: readonly WasmKernel[] = [pooling(AvgPool, true), pooling(MaxPool, false)]
