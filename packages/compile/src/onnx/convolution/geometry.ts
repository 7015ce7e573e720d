import { backend_util } from '@tensorflow/tfjs-core'
import type { Node } from '../../graph.ts'
import { Unlowered } from '../emit.ts'
import { endPadding } from '../operators/windows.ts'

interface Attributes {
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number
  readonly dilations?: number | number[]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly dataFormat?: string
}

/** How a filter goes over its input: one entry for each spatial axis. */
export interface Geometry {
  readonly filter: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  /** Ahead of the input; negative where the first window starts within. */
  readonly before: readonly number[]
  /** Beyond the end; negative where entries are left over. */
  readonly after: readonly number[]
}

/** The geometry of a convolution kernel of tfjs. Throws `Unlowered` where channels come first. */
export function geometryOf(
  kernel: string,
  input: readonly number[],
  filter: readonly number[],
  attributes: Node['attributes'],
): Geometry {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes as unknown as Attributes
  if (dataFormat?.startsWith('NC')) throw new Unlowered(kernel, 'with channels first has no ONNX form here')
  const flat = input.length === 4
  const info = (
    flat
      ? backend_util.computeConv2DInfo(
          input as never,
          filter as never,
          strides as number,
          (dilations ?? 1) as number,
          pad,
          dimRoundingMode,
          kernel.startsWith('Depthwise'),
        )
      : backend_util.computeConv3DInfo(
          input as never,
          filter as never,
          strides as number,
          (dilations ?? 1) as number,
          pad as 'same',
        )
  ) as backend_util.Conv3DInfo
  const planar = <T>(list: T[]) => list.slice(flat ? 1 : 0)
  const size = planar([info.filterDepth, info.filterHeight, info.filterWidth])
  const stride = planar([info.strideDepth, info.strideHeight, info.strideWidth])
  const dilation = planar([info.dilationDepth, info.dilationHeight, info.dilationWidth])
  const before = planar([info.padInfo.front, info.padInfo.top, info.padInfo.left])
  const after = size.map((k, i) =>
    endPadding(input[i + 1]!, info.outShape[i + 1]!, (k - 1) * dilation[i]! + 1, stride[i]!, before[i]!),
  )
  return { filter: size, stride, dilation, before, after }
}

/** A convolution of images [images, ...size, inputs] with a filter [...filter, inputs / groups, outputs]. */
export interface Correlation extends Geometry {
  readonly images: number
  readonly size: readonly number[]
  readonly inputs: number
  readonly outputs: number
  /** Equal runs of channels that do not see each other. */
  readonly groups: number
}

/** Entries of the result along each spatial axis. */
export const outSize = ({ size, filter, stride, dilation, before, after }: Correlation): number[] =>
  size.map((entries, i) => {
    const extent = (filter[i]! - 1) * dilation[i]! + 1
    return Math.floor((entries + before[i]! + after[i]! - extent) / stride[i]!) + 1
  })
