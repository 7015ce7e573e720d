import { type AvgPool3DAttrs, type AvgPoolAttrs, backend_util } from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { Untraceable } from '../untraceable.ts'
import { type Kernels, kernel } from './kernel.ts'

type Four = [number, number, number, number]
type Five = [number, number, number, number, number]

/**
 * Sizes and the normal form of pooling in two dimensions: `filterSize` and `strides` as pairs, `pad` as four pairs ([0, 0], top
 * and bottom, left and right, [0, 0]), and `dimRoundingMode` where one was given.
 */
function planar(xShape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: AvgPoolAttrs) {
  const info = backend_util.computePool2DInfo(
    [...xShape] as Four,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  )
  const { top, bottom, left, right } = info.padInfo
  return {
    info,
    attributes: {
      filterSize: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
      ...(dimRoundingMode ? { dimRoundingMode } : {}),
    },
  }
}

type Spatial = Omit<AvgPool3DAttrs, 'dataFormat'> & Partial<AvgPool3DAttrs>

/** In three dimensions: `filterSize` and `strides` of three numbers; `pad` stays as given, 'same', 'valid' or a number. */
function spatial(
  xShape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode, dataFormat = 'NDHWC' }: Spatial,
) {
  if (dataFormat !== 'NDHWC') throw new Untraceable(`pooling of ${dataFormat} tensors has no rule, use NDHWC`)
  const info = backend_util.computePool3DInfo(
    [...xShape] as Five,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  )
  return {
    info,
    attributes: {
      filterSize: [info.filterDepth, info.filterHeight, info.filterWidth],
      strides: [info.strideDepth, info.strideHeight, info.strideWidth],
      pad,
      dataFormat,
      ...(dimRoundingMode ? { dimRoundingMode } : {}),
    },
  }
}

const pool = kernel(['x'], ([x], attrs: AvgPoolAttrs) => {
  const { info, attributes } = planar(x.shape, attrs)
  return { shape: info.outShape, dtype: x.dtype, attributes }
})

const volumePool = kernel(['x'], ([x], attrs: Spatial) => {
  const { info, attributes } = spatial(x.shape, attrs)
  return { shape: info.outShape, dtype: 'float32', attributes }
})

const float: DType = 'float32'

/** Averages and maxima over windows, and their gradients in `input`. */
export const pooling: Kernels = {
  AvgPool: pool,
  MaxPool: pool,
  AvgPoolGrad: kernel(['dy', 'input'], ([, { shape }], attrs: AvgPoolAttrs) => ({
    shape,
    dtype: float,
    attributes: planar(shape, attrs).attributes,
  })),
  MaxPoolGrad: kernel(['dy', 'input', 'output'], ([, { shape }], attrs: AvgPoolAttrs) => ({
    shape,
    dtype: float,
    attributes: planar(shape, attrs).attributes,
  })),
  AvgPool3D: volumePool,
  MaxPool3D: volumePool,
  AvgPool3DGrad: kernel(['dy', 'input'], ([, { shape }], attrs: Spatial) => ({
    shape,
    dtype: float,
    attributes: spatial(shape, attrs).attributes,
  })),
  MaxPool3DGrad: kernel(['dy', 'input', 'output'], ([, { shape }], attrs: Spatial) => ({
    shape,
    dtype: float,
    attributes: spatial(shape, attrs).attributes,
  })),
}
