import {
  backend_util,
  Conv3D,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  MaxPool3D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { address, floats, release, reshaped, run, type WasmBackend, wasmKernel } from '../heap.ts'
import { type Instance, simd } from '../simd/index.ts'

type Five = [number, number, number, number, number]

interface Conv3DAttrs {
  strides: [number, number, number] | number
  dilations?: [number, number, number] | number
  pad: 'valid' | 'same'
}

/** Makes the output and has it filled with the geometry set; all zeros where any extent is 0. */
function convolved(
  backend: WasmBackend,
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad }: Conv3DAttrs,
  of: 'inShape' | 'filterShape' | 'outShape',
  fill: (module: Instance, out: number) => void,
): TensorInfo {
  const info = backend_util.computeConv3DInfo(
    xShape as Five,
    filterShape as Five,
    strides,
    dilations ?? 1,
    pad,
  )
  const out = backend.makeOutput(info[of], 'float32')
  if ([...info.inShape, ...info.filterShape, ...info.outShape].includes(0)) {
    floats(backend, out).fill(0)
    return out
  }
  const { padInfo } = info
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
    padInfo.top,
    padInfo.left,
  )
  module.setDepth(
    info.inDepth,
    info.outDepth,
    info.filterDepth,
    info.strideDepth,
    info.dilationDepth,
    padInfo.front,
  )
  fill(module, address(backend, out))
  return out
}

/** Convolution of volumes. x: [n, d, h, w, ci]; filter: [fd, fh, fw, ci, co]; result: [n, od, oh, ow, co]. */
export const conv3D = wasmKernel<Conv3DAttrs>(Conv3D, ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  return convolved(backend, x.shape, filter.shape, attrs, 'outShape', (module, out) =>
    module.conv3d(address(backend, x), address(backend, filter), out),
  )
})

/** Its gradient with respect to the filter. x: [n, d, h, w, ci]; dy: [n, od, oh, ow, co]. */
export const conv3DBackpropFilter = wasmKernel<Conv3DAttrs & { filterShape: number[] }>(
  Conv3DBackpropFilterV2,
  ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    return convolved(backend, x.shape, attrs.filterShape, attrs, 'filterShape', (module, out) =>
      module.conv3dFilterGradient(address(backend, x), address(backend, dy), out),
    )
  },
)

/**
 * Its gradient with respect to the input, which is also the transposed convolution; the stock kernel's numbers are wrong.
 * dy: [n, od, oh, ow, co]; filter: [fd, fh, fw, ci, co].
 */
export const conv3DBackpropInput = wasmKernel<Conv3DAttrs & { inputShape: number[] }>(
  Conv3DBackpropInputV2,
  ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    return convolved(backend, attrs.inputShape, filter.shape, attrs, 'inShape', (module, out) =>
      module.conv3dInputGradient(address(backend, dy), address(backend, filter), out),
    )
  },
)

/**
 * Largest of each window of volumes, over height and width first and then over depth. The stock kernel never answers less
 * than the smallest positive number. x: [n, d, h, w, c].
 */
export const maxPool3D = wasmKernel<{
  filterSize: [number, number, number] | number
  strides: [number, number, number] | number
  pad: 'valid' | 'same' | number
}>(MaxPool3D, ({ inputs, attrs, backend }) => {
  const { x } = inputs as { x: TensorInfo }
  const [n, d, h, w, c] = x.shape as Five
  const info = backend_util.computePool3DInfo(x.shape as Five, attrs.filterSize, attrs.strides, 1, attrs.pad)
  const { padInfo, outDepth, outHeight, outWidth } = info
  const slices = reshaped(backend, x, [n * d, h, w, c])
  const flat = run(
    backend,
    'MaxPool',
    { x: slices },
    {
      filterSize: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pad: [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ],
    },
  )
  const columns = reshaped(backend, flat, [n, d, 1, outHeight * outWidth * c])
  const deep = run(
    backend,
    'MaxPool',
    { x: columns },
    {
      filterSize: [info.filterDepth, 1],
      strides: [info.strideDepth, 1],
      pad: [
        [0, 0],
        [padInfo.front, padInfo.back],
        [0, 0],
        [0, 0],
      ],
    },
  )
  release(backend, slices, flat, columns)
  deep.shape = [n, outDepth, outHeight, outWidth, c]
  return deep
})
