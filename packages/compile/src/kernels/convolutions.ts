import { backend_util, type Conv2DAttrs, type Conv3DAttrs, type Dilation2DAttrs } from '@tensorflow/tfjs-core'
import { Untraceable } from '../untraceable.ts'
import { type Kernels, kernel, type Outline } from './kernel.ts'

type Pair = [number, number]
type Triple = [number, number, number]
type Four = [number, number, number, number]
type Five = [number, number, number, number, number]

/** What convolutions in two dimensions and their gradients may be told. */
type Planar = Partial<Conv2DAttrs> & Pick<Conv2DAttrs, 'strides' | 'pad'>

/** What a fused kernel applies to its results. */
export interface Rectified {
  readonly activation?: 'linear' | 'relu' | 'leakyrelu'
  readonly leakyreluAlpha?: number
}

/**
 * Sizes and the normal form of a convolution in two dimensions: `strides` and `dilations` as pairs, `pad` as four pairs
 * ([0, 0], top and bottom, left and right, [0, 0]), `dataFormat` NHWC, and `dimRoundingMode` where one was given.
 */
function planar(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: Planar,
  depthwise: boolean,
) {
  if (dataFormat !== 'NHWC')
    throw new Untraceable(`convolutions of ${dataFormat} tensors have no rule, use NHWC`)
  const info = backend_util.computeConv2DInfo(
    [...xShape] as Four,
    [...filterShape] as Four,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  )
  const { top, bottom, left, right } = info.padInfo
  return {
    info,
    attributes: {
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
      dataFormat,
      ...(dimRoundingMode ? { dimRoundingMode } : {}),
    },
  }
}

const forward = (depthwise: boolean) =>
  kernel(['x', 'filter'], ([x, filter], attrs: Planar) => {
    const { info, attributes } = planar(x.shape, filter.shape, attrs, depthwise)
    return { shape: info.outShape, dtype: x.dtype, attributes }
  })

const toInput = (depthwise: boolean) =>
  kernel(['dy', 'filter'], ([, filter], { inputShape, ...attrs }: Planar & { inputShape: Four }) => {
    const { attributes } = planar(inputShape, filter.shape, attrs, depthwise)
    return {
      shape: [...inputShape],
      dtype: 'float32',
      attributes: { ...attributes, inputShape: [...inputShape] },
    }
  })

const toFilter = (depthwise: boolean) =>
  kernel(['x', 'dy'], ([x], { filterShape, ...attrs }: Planar & { filterShape: Four }) => {
    const { attributes } = planar(x.shape, filterShape, attrs, depthwise)
    return {
      shape: [...filterShape],
      dtype: 'float32',
      attributes: { ...attributes, filterShape: [...filterShape] },
    }
  })

type Spatial = Pick<Conv3DAttrs, 'strides' | 'pad'> & Partial<Conv3DAttrs>

/** In three dimensions: `strides` and `dilations` of three numbers; `pad` stays as given, 'same', 'valid' or a number. */
function spatial(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NDHWC', dilations = 1 }: Spatial,
) {
  if (dataFormat !== 'NDHWC')
    throw new Untraceable(`convolutions of ${dataFormat} tensors have no rule, use NDHWC`)
  const info = backend_util.computeConv3DInfo(
    [...xShape] as Five,
    [...filterShape] as Five,
    strides,
    dilations,
    pad,
  )
  return {
    info,
    attributes: {
      strides: [info.strideDepth, info.strideHeight, info.strideWidth] as Triple,
      dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth] as Triple,
      pad,
      dataFormat,
    },
  }
}

/** `strides` and `dilations` as pairs, `pad` as given. */
const morphology = ({ strides, dilations, pad }: Dilation2DAttrs) => {
  const pair = (n: number | Pair) => (typeof n === 'number' ? [n, n] : [n[0], n[1]])
  return { strides: pair(strides), dilations: pair(dilations), pad }
}

const dilationTo = (pick: (x: Outline, filter: Outline) => Outline) =>
  kernel(['x', 'filter', 'dy'], ([x, filter], attrs: Dilation2DAttrs) => ({
    ...pick(x, filter),
    attributes: morphology(attrs),
  }))

/**
 * Convolutions and what their gradients are made of. `inputShape` and `filterShape` are the shapes of what is differentiated in.
 * `dilations` are 1 where a kernel knows none (the gradients of Conv2D and Conv3D).
 */
export const convolutions: Kernels = {
  Conv2D: forward(false),
  /** With a number for each channel added (passes/bias.ts), then rectified (passes/activation.ts), or one of these. */
  FusedConv2D: kernel(['x', 'filter', 'bias'], ([x, filter], attrs: Planar & Rectified) => {
    const { info, attributes } = planar(x.shape, filter.shape, attrs, false)
    const { activation = 'linear', leakyreluAlpha } = attrs
    const rectified = activation === 'leakyrelu' ? { activation, leakyreluAlpha } : { activation }
    return { shape: info.outShape, dtype: x.dtype, attributes: { ...attributes, ...rectified } }
  }),
  Conv2DBackpropInput: toInput(false),
  Conv2DBackpropFilter: toFilter(false),
  DepthwiseConv2dNative: forward(true),
  DepthwiseConv2dNativeBackpropInput: toInput(true),
  DepthwiseConv2dNativeBackpropFilter: toFilter(true),
  Conv3D: kernel(['x', 'filter'], ([x, filter], attrs: Spatial) => {
    const { info, attributes } = spatial(x.shape, filter.shape, attrs)
    return { shape: info.outShape, dtype: x.dtype, attributes }
  }),
  Conv3DBackpropInputV2: kernel(
    ['dy', 'filter'],
    ([, filter], { inputShape, ...attrs }: Spatial & { inputShape: Five }) => ({
      shape: [...inputShape],
      dtype: 'float32',
      attributes: {
        ...spatial(inputShape, filter.shape, attrs).attributes,
        inputShape: [...inputShape],
      },
    }),
  ),
  Conv3DBackpropFilterV2: kernel(
    ['x', 'dy'],
    ([x], { filterShape, ...attrs }: Spatial & { filterShape: Five }) => ({
      shape: [...filterShape],
      dtype: 'float32',
      attributes: { ...spatial(x.shape, filterShape, attrs).attributes, filterShape: [...filterShape] },
    }),
  ),
  Dilation2D: kernel(['x', 'filter'], ([x, filter], attrs: Dilation2DAttrs) => ({
    shape: backend_util.computeDilation2DInfo(
      [...x.shape] as Four,
      [...filter.shape] as Triple,
      attrs.strides,
      attrs.pad,
      'NHWC',
      attrs.dilations,
    ).outShape,
    dtype: x.dtype,
    attributes: morphology(attrs),
  })),
  Dilation2DBackpropInput: dilationTo(x => x),
  Dilation2DBackpropFilter: dilationTo((_, filter) => filter),
}
