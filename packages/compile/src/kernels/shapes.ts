import {
  type BatchToSpaceNDAttrs,
  backend_util,
  type DepthToSpaceAttrs,
  type MirrorPadAttrs,
  type PadV2Attrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SpaceToBatchNDAttrs,
  type StridedSliceAttrs,
  slice_util,
  type TileAttrs,
  type TransposeAttrs,
  util,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph.ts'
import { axesOf, axisOf, type Kernels, kernel, listKernel, type Outline } from './kernel.ts'

const pairs = (list: readonly (readonly number[])[]) => list.map(([before, after]) => [before!, after!])

const padded = (x: Outline, paddings: readonly (readonly number[])[]) =>
  x.shape.map((size, i) => size + paddings[i]![0]! + paddings[i]![1]!)

/**
 * Kernels that move elements and compute nothing. Normal form: shapes without -1, axes from 0 on, one entry an axis in `begin`,
 * `size`, `paddings`, `reps`.
 */
export const shapes: Kernels = {
  Reshape: kernel(['x'], ([x], { shape: wanted }: ReshapeAttrs) => {
    const shape = util.inferFromImplicitShape([...wanted], sizeOf(x.shape))
    return { shape, dtype: x.dtype, attributes: { shape } }
  }),
  Transpose: kernel(['x'], ([x], { perm }: TransposeAttrs) => ({
    shape: perm.map(axis => x.shape[axis]!),
    dtype: x.dtype,
    attributes: { perm: [...perm] },
  })),
  Slice: kernel(['x'], ([x], attributes: SliceAttrs) => {
    const [begin, size] = slice_util.parseSliceParams(
      { ...x, shape: [...x.shape], dataId: {} },
      attributes.begin,
      attributes.size,
    ) as [number[], number[]]
    return { shape: size, dtype: x.dtype, attributes: { begin, size } }
  }),
  /** All axes named, no masks; an `end` before the first element is -size - 1. */
  StridedSlice: kernel(['x'], ([x], { begin, end, strides }: StridedSliceAttrs) => {
    const info = slice_util.sliceInfo([...x.shape], begin, end, strides, 0, 0, 0, 0, 0)
    return {
      shape: info.finalShape,
      dtype: x.dtype,
      attributes: {
        begin: info.begin,
        end: info.end.map((to, i) => (to < 0 ? -x.shape[i]! - 1 : to)),
        strides: info.strides,
        beginMask: 0,
        endMask: 0,
        ellipsisMask: 0,
        newAxisMask: 0,
        shrinkAxisMask: 0,
      },
    }
  }),
  Concat: listKernel(([x, ...others], { axis }: { axis: number }) => {
    const along = axisOf(axis, x.shape.length)
    const all = [x, ...others].map(({ shape }) => [...shape])
    return {
      shape: backend_util.computeOutShape(all, along),
      dtype: x.dtype,
      attributes: { axis: along },
    }
  }),
  /** Stacks along a new axis. */
  Pack: listKernel(([x, ...others], { axis }: { axis: number }) => {
    const at = axisOf(axis, x.shape.length + 1)
    return {
      shape: [...x.shape.slice(0, at), 1 + others.length, ...x.shape.slice(at)],
      dtype: x.dtype,
      attributes: { axis: at },
    }
  }),
  PadV2: kernel(['x'], ([x], { paddings, constantValue = 0 }: PadV2Attrs) => ({
    shape: padded(x, paddings),
    dtype: x.dtype,
    attributes: { paddings: pairs(paddings), constantValue },
  })),
  MirrorPad: kernel(['x'], ([x], { paddings, mode }: MirrorPadAttrs) => ({
    shape: padded(x, paddings),
    dtype: x.dtype,
    attributes: { paddings: pairs(paddings), mode },
  })),
  Tile: kernel(['x'], ([x], { reps }: TileAttrs) => ({
    shape: x.shape.map((size, i) => size * reps[i]!),
    dtype: x.dtype,
    attributes: { reps: [...reps] },
  })),
  Reverse: kernel(['x'], ([x], { dims }: Partial<ReverseAttrs>) => ({
    ...x,
    attributes: { dims: axesOf(dims, x.shape.length) },
  })),
  DepthToSpace: kernel(['x'], ([x], { blockSize, dataFormat }: DepthToSpaceAttrs) => {
    const [n, ...rest] = x.shape as [number, number, number, number]
    const [h, w, c] = dataFormat === 'NCHW' ? [rest[1], rest[2], rest[0]] : rest
    const area = [h * blockSize, w * blockSize]
    const depth = c / blockSize ** 2
    return {
      shape: dataFormat === 'NCHW' ? [n, depth, ...area] : [n, ...area, depth],
      dtype: x.dtype,
      attributes: { blockSize, dataFormat },
    }
  }),
  SpaceToBatchND: kernel(['x'], ([x], { blockShape, paddings }: SpaceToBatchNDAttrs) => ({
    shape: x.shape.map((size, i) => {
      if (i === 0) return size * sizeOf(blockShape)
      const [before, after] = paddings[i - 1] ?? [0, 0]
      return (size + before! + after!) / (blockShape[i - 1] ?? 1)
    }),
    dtype: x.dtype,
    attributes: { blockShape: [...blockShape], paddings: pairs(paddings) },
  })),
  BatchToSpaceND: kernel(['x'], ([x], { blockShape, crops }: BatchToSpaceNDAttrs) => ({
    shape: x.shape.map((size, i) => {
      if (i === 0) return size / sizeOf(blockShape)
      const [before, after] = crops[i - 1] ?? [0, 0]
      return size * (blockShape[i - 1] ?? 1) - before! - after!
    }),
    dtype: x.dtype,
    attributes: { blockShape: [...blockShape], crops: pairs(crops) },
  })),
  /** A tensor with x on its diagonal: its shape is x's, twice. */
  Diag: kernel(['x'], ([x]) => ({ shape: [...x.shape, ...x.shape], dtype: x.dtype })),
}
