import {
  AvgPool,
  AvgPool3D,
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  Conv3D,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  Fill,
  MaxPool,
  MaxPool3D,
  PadV2,
  RealDiv,
  Slice,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type Call, type Composition, composition } from './composition.ts'

// The TensorFlow library knows the paddings 'same' and 'valid' alone, and where windows lie further apart than they are wide
// its 'same' begins volumes at another place than tfjs does. Both are cut or filled up by hand here, and convolved 'valid'.

type Four = [number, number, number, number]
type Five = [number, number, number, number, number]
type Pad = 'same' | 'valid' | number | backend_util.ExplicitPadding

interface Windows {
  readonly strides: number | number[]
  readonly dilations?: number | number[]
  readonly pad: Pad
  readonly dataFormat?: string
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Where windows lie along each spatial axis. */
interface Frame {
  /** Extents of the input. */
  readonly input: readonly number[]
  /** Places before the input that the first window reaches; negative where it starts within. */
  readonly before: readonly number[]
  /** Places from the first window's beginning to the last one's end. */
  readonly reach: readonly number[]
}

const reach = (out: number, stride: number, width: number) => (out - 1) * stride + width

const frame2d = (info: backend_util.Conv2DInfo): Frame => ({
  input: [info.inHeight, info.inWidth],
  before: [info.padInfo.top, info.padInfo.left],
  reach: [
    reach(info.outHeight, info.strideHeight, info.effectiveFilterHeight),
    reach(info.outWidth, info.strideWidth, info.effectiveFilterWidth),
  ],
})

const frame3d = (info: backend_util.Conv3DInfo): Frame => ({
  input: [info.inDepth, info.inHeight, info.inWidth],
  before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  reach: [
    reach(info.outDepth, info.strideDepth, info.effectiveFilterDepth),
    reach(info.outHeight, info.strideHeight, info.effectiveFilterHeight),
    reach(info.outWidth, info.strideWidth, info.effectiveFilterWidth),
  ],
})

/** x [n, ...input, c] cut, or filled up with `value`, to begin `before` places ahead of it and to have these extents. */
function framed(
  call: Call<unknown>,
  x: TensorInfo,
  before: readonly number[],
  extents: readonly number[],
  value = 0,
): TensorInfo {
  const behind = before.map((n, i) => extents[i]! - n - x.shape[i + 1]!)
  const begin = [0, ...before.map(n => Math.max(0, -n)), 0]
  const cut = [0, ...behind.map(n => Math.max(0, -n)), 0]
  const size = x.shape.map((n, i) => n - begin[i]! - cut[i]!)
  const paddings = [[0, 0], ...before.map((n, i) => [Math.max(0, n), Math.max(0, behind[i]!)]), [0, 0]]
  return call.run(PadV2, { x: call.run(Slice, { x }, { begin, size }) }, { paddings, constantValue: value })
}

const inside = (call: Call<unknown>, x: TensorInfo, { before, reach }: Frame, value?: number) =>
  framed(call, x, before, reach, value)

const outside = (call: Call<unknown>, x: TensorInfo, { before, input }: Frame) =>
  framed(
    call,
    x,
    before.map(n => -n),
    input,
  )

const asValid = <A extends Windows>({ dimRoundingMode: _, ...attrs }: A) => ({ ...attrs, pad: 'valid' })

const named = (pad: Pad) => pad === 'same' || pad === 'valid'

const convolution2d = (
  xShape: readonly number[],
  filterShape: readonly number[],
  attrs: Windows,
  depthwise: boolean,
): Frame =>
  frame2d(
    backend_util.computeConv2DInfo(
      xShape as Four,
      filterShape as Four,
      attrs.strides as number,
      (attrs.dilations ?? 1) as number,
      attrs.pad,
      attrs.dimRoundingMode,
      depthwise,
    ),
  )

/** Forward kernel and both adjoints of a convolution of images. */
const convolution = (
  names: readonly [forward: string, toInput: string, toFilter: string],
  depthwise: boolean,
): Composition[] => [
  composition<Windows>(names[0], call => {
    const { attrs } = call
    const { x, filter } = call.inputs as { x: TensorInfo; filter: TensorInfo }
    if (named(attrs.pad)) return call.stock()
    const frame = convolution2d(x.shape, filter.shape, attrs, depthwise)
    return call.stock({ x: inside(call, x, frame), filter }, asValid(attrs))
  }),
  composition<Windows & { inputShape: Four }>(names[1], call => {
    const { attrs } = call
    const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo }
    if (named(attrs.pad)) return call.stock()
    const [n, , , c] = attrs.inputShape
    const frame = convolution2d(attrs.inputShape, filter.shape, attrs, depthwise)
    const inputShape = [n, ...frame.reach, c]
    return outside(call, call.stock({ dy, filter }, { ...asValid(attrs), inputShape }), frame)
  }),
  composition<Windows & { filterShape: Four }>(names[2], call => {
    const { attrs } = call
    const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo }
    if (named(attrs.pad)) return call.stock()
    const frame = convolution2d(x.shape, attrs.filterShape, attrs, depthwise)
    return call.stock({ x: inside(call, x, frame), dy }, asValid(attrs))
  }),
]

/** Convolution of volumes. */
const conv3d = composition<Windows>(Conv3D, call => {
  const { attrs } = call
  const { x, filter } = call.inputs as { x: TensorInfo; filter: TensorInfo }
  const frame = frame3d(
    backend_util.computeConv3DInfo(
      x.shape as Five,
      filter.shape as Five,
      attrs.strides as number,
      (attrs.dilations ?? 1) as number,
      attrs.pad as 'same',
    ),
  )
  if (frame.before.every(n => n >= 0)) return call.stock()
  return call.stock({ x: inside(call, x, frame), filter }, asValid(attrs))
})

interface PoolAttrs extends Windows {
  readonly filterSize: number | number[]
}

const poolFrame = (shape: readonly number[], attrs: PoolAttrs): Frame => {
  const { filterSize, strides, pad, dimRoundingMode: round } = attrs
  return shape.length === 4
    ? frame2d(
        backend_util.computePool2DInfo(shape as Four, filterSize as number, strides as number, 1, pad, round),
      )
    : frame3d(
        backend_util.computePool3DInfo(
          shape as Five,
          filterSize as number,
          strides as number,
          1,
          pad as 'same',
          round,
        ),
      )
}

const ordinary = (frame: Frame, pad: Pad) => named(pad) && frame.before.every(n => n >= 0)

/** Largest of each window: what is filled up never is. */
const maxPools = [MaxPool, MaxPool3D].map(name =>
  composition<PoolAttrs>(name, call => {
    const { attrs } = call
    const x = call.inputs.x!
    const frame = poolFrame(x.shape, attrs)
    if (ordinary(frame, attrs.pad)) return call.stock()
    return call.stock({ x: inside(call, x, frame, -Infinity) }, asValid(attrs))
  }),
)

/** Mean of each window: what is filled up does not count. */
const avgPools = [AvgPool, AvgPool3D].map(name =>
  composition<PoolAttrs>(name, call => {
    const { attrs } = call
    const x = call.inputs.x!
    const frame = poolFrame(x.shape, attrs)
    if (ordinary(frame, attrs.pad)) return call.stock()
    const mean = (y: TensorInfo) => call.stock({ x: inside(call, y, frame) }, asValid(attrs))
    const ones = call.run(Fill, {}, { shape: [1, ...frame.input, 1], value: 1, dtype: 'float32' })
    return call.run(RealDiv, { a: mean(x), b: mean(ones) })
  }),
)

/** Every kernel with windows, under every padding of tfjs. */
export const paddings: readonly Composition[] = [
  ...convolution([Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter], false),
  ...convolution(
    [DepthwiseConv2dNative, DepthwiseConv2dNativeBackpropInput, DepthwiseConv2dNativeBackpropFilter],
    true,
  ),
  conv3d,
  ...maxPools,
  ...avgPools,
]
