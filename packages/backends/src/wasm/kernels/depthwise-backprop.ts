import {
  type backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type ConvAttrs, convInfo, floats, type KernelCall, wasmKernel } from '../heap.ts'

/**
 * Calls `visit` for every pair of an input pixel and an output pixel that a filter tap joins, with offsets in
 * pixels (not yet times channels). All three depthwise products are sums over these pairs.
 */
function eachTap(
  info: backend_util.Conv2DInfo,
  visit: (inPixel: number, outPixel: number, tap: number) => void,
): void {
  const { top, left } = info.padInfo
  for (let n = 0; n < info.batchSize; n++) {
    for (let i = 0; i < info.outHeight; i++) {
      for (let fi = 0; fi < info.filterHeight; fi++) {
        const y = i * info.strideHeight + fi * info.dilationHeight - top
        if (y < 0 || y >= info.inHeight) continue
        for (let j = 0; j < info.outWidth; j++) {
          const outPixel = (n * info.outHeight + i) * info.outWidth + j
          for (let fj = 0; fj < info.filterWidth; fj++) {
            const x = j * info.strideWidth + fj * info.dilationWidth - left
            if (x < 0 || x >= info.inWidth) continue
            visit((n * info.inHeight + y) * info.inWidth + x, outPixel, fi * info.filterWidth + fj)
          }
        }
      }
    }
  }
}

/**
 * Gradient of a depthwise convolution with respect to its input.
 *
 * dy: [n, oh, ow, c m]; filter: [fh, fw, c, m]; result: [n, h, w, c].
 */
export const depthwiseBackpropInput = wasmKernel<ConvAttrs & { inputShape: number[] }>(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const info = convInfo(DepthwiseConv2dNativeBackpropInput, attrs.inputShape, filter.shape, attrs, true)
    const out = backend.makeOutput(info.inShape, 'float32')
    const g = floats(backend, dy)
    const w = floats(backend, filter)
    const dx = floats(backend, out).fill(0)
    const channels = info.inChannels
    const multiplier = info.outChannels / channels
    eachTap(info, (inPixel, outPixel, tap) => {
      const from = outPixel * channels * multiplier
      const weights = tap * channels * multiplier
      for (let c = 0; c < channels; c++) {
        let sum = dx[inPixel * channels + c]!
        for (let m = 0; m < multiplier; m++) {
          sum += g[from + c * multiplier + m]! * w[weights + c * multiplier + m]!
        }
        dx[inPixel * channels + c] = sum
      }
    })
    return out
  },
)

/**
 * Gradient of a depthwise convolution with respect to its filter.
 *
 * x: [n, h, w, c]; dy: [n, oh, ow, c m]; result: [fh, fw, c, m].
 */
export const depthwiseBackpropFilter = wasmKernel<ConvAttrs & { filterShape: number[] }>(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attrs, backend }: KernelCall<ConvAttrs & { filterShape: number[] }>) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const info = convInfo(DepthwiseConv2dNativeBackpropFilter, x.shape, attrs.filterShape, attrs, true)
    const out = backend.makeOutput(info.filterShape, 'float32')
    const v = floats(backend, x)
    const g = floats(backend, dy)
    const dw = floats(backend, out).fill(0)
    const channels = info.inChannels
    const multiplier = info.outChannels / channels
    eachTap(info, (inPixel, outPixel, tap) => {
      const from = outPixel * channels * multiplier
      const weights = tap * channels * multiplier
      for (let c = 0; c < channels; c++) {
        const value = v[inPixel * channels + c]!
        for (let m = 0; m < multiplier; m++) {
          dw[weights + c * multiplier + m]! += value * g[from + c * multiplier + m]!
        }
      }
    })
    return out
  },
)
