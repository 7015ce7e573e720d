import {
  type backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { address, type ConvAttrs, convInfo, floats, type WasmBackend, wasmKernel } from '../heap.ts'
import { type Call, type Job, perform, type Span } from '../simd/job.ts'

type Info = backend_util.Conv2DInfo

const FLOAT = 4
const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, FLOAT)

/** The call that sets the geometry, for `images` images. */
const setUp = (info: Info, images: number): Call => [
  'setConvolution',
  images,
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
]

/** Makes the output and has the job done; all zeros where any extent is 0. */
function convolved(
  backend: WasmBackend,
  shape: readonly number[],
  info: Info,
  job: Omit<Job, 'cost'>,
): TensorInfo {
  const out = backend.makeOutput(shape, 'float32')
  const { inShape, filterShape, outShape } = info
  if ([...inShape, ...filterShape, ...outShape].includes(0)) floats(backend, out).fill(0)
  else {
    const cost = (sizeOf(outShape) / FLOAT) * (sizeOf(filterShape) / FLOAT / info.outChannels)
    perform(backend, { ...job, cost }, address(backend, out))
  }
  return out
}

/** Images [from, to) of a batch. */
const images = (at: number, shape: readonly number[], from: number, to: number): Span => {
  const image = sizeOf(shape.slice(1))
  return { at: at + from * image, bytes: (to - from) * image }
}

/** Convolution. x: [n, h, w, ci]; filter: [fh, fw, ci, co]; result: [n, oh, ow, co]. */
export const conv2D = wasmKernel<ConvAttrs>(Conv2D, ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  const info = convInfo(Conv2D, x.shape, filter.shape, attrs)
  return convolved(backend, info.outShape, info, {
    units: info.batchSize,
    grain: 1,
    reads: (from, to) => [
      images(address(backend, x), info.inShape, from, to),
      { at: address(backend, filter), bytes: sizeOf(info.filterShape) },
    ],
    unitBytes: sizeOf(info.outShape.slice(1)),
    calls: ([x, filter], out, from, to) => [setUp(info, to - from), ['conv', x!, filter!, out]],
  })
})

/** Gradient with respect to the filter. x: [n, h, w, ci]; dy: [n, oh, ow, co]; result: [fh, fw, ci, co]. */
export const conv2DBackpropFilter = wasmKernel<ConvAttrs & { filterShape: number[] }>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const info = convInfo(Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs)
    // Every image reaches every weight: parts are rows of weights.
    return convolved(backend, info.filterShape, info, {
      units: info.filterHeight * info.filterWidth * info.inChannels,
      grain: 4,
      reads: () => [
        { at: address(backend, x), bytes: sizeOf(info.inShape) },
        { at: address(backend, dy), bytes: sizeOf(info.outShape) },
      ],
      unitBytes: info.outChannels * FLOAT,
      calls: ([x, dy], out, from, to) => [
        setUp(info, info.batchSize),
        ['convFilterGradient', x!, dy!, out, from, to - from],
      ],
    })
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
    const job = {
      units: info.batchSize,
      grain: 1,
      reads: (from: number, to: number) => [
        images(address(backend, dy), info.outShape, from, to),
        { at: address(backend, filter), bytes: sizeOf(info.filterShape) },
      ],
      unitBytes: sizeOf(info.inShape.slice(1)),
    }
    if (info.inChannels > NARROW) {
      return convolved(backend, info.inShape, info, {
        ...job,
        calls: ([dy, filter], out, from, to) => [
          setUp(info, to - from),
          ['convInputGradient', dy!, filter!, out],
        ],
      })
    }
    const { outHeight, outWidth, filterHeight, filterWidth, inChannels } = info
    const perImage = outHeight * outWidth * filterHeight * filterWidth * inChannels * FLOAT
    const chunk = Math.max(1, Math.min(info.batchSize, Math.floor(SHARES / perImage)))
    return convolved(backend, info.inShape, info, {
      ...job,
      scratch: chunk * perImage,
      calls: ([dy, filter, shares], out, from, to) => [
        setUp(info, to - from),
        ['convInputGradientNarrow', dy!, filter!, out, shares!, chunk],
      ],
    })
  },
)
