import {
  type BatchToSpaceNDAttrs,
  type BroadCastToAttrs,
  batchToSpaceND,
  type DepthToSpaceAttrs,
  type ExpandDimsAttrs,
  type ReverseAttrs,
  reshape,
  reverse,
  type SpaceToBatchNDAttrs,
  spaceToBatchND,
  stack,
  sum,
  type Tensor,
  type TileAttrs,
  type TransposeAttrs,
  transpose,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { unbroadcast } from './shared.ts'

const reshaped = (kernel: string, input: string): Rule =>
  rule(kernel, {}, (dy, at) => ({ [input]: () => reshape(dy, at.shape(input)) }))

/** Sums over the copies, one axis at a time, the last first, so that no tensor has more than three axes. */
const tiled = rule<TileAttrs>('Tile', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    const axes = shape.map((_, i) => i).filter(i => at.attrs.reps[i]! > 1)
    if (axes.every(i => shape[i] === 1)) return unbroadcast(dy, shape)
    const summed = axes.reduceRight<Tensor>((dx, i) => {
      const inner = util.sizeFromShape(shape.slice(i))
      const outer = util.sizeFromShape(dy.shape.slice(0, i))
      return reshape(sum(reshape(dx, [outer, at.attrs.reps[i]!, inner]), 1), [outer, inner])
    }, dy)
    return reshape(summed, shape)
  },
}))

const unpacked = rule<UnpackAttrs>('Unpack', {}, (_dy, at, dys) => ({
  value: () => stack([...dys], util.parseAxisParam(at.attrs.axis, at.shape('value'))[0]),
}))

const transposed = rule<TransposeAttrs>('Transpose', {}, (dy, at) => ({
  x: () => {
    const perm = at.attrs.perm
    return transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    )
  },
}))

/** Undoes depthToSpace with tensors of at most four axes. dy [n, h b, w b, c] -> [n, h, w, b b c]. */
function spaceToDepth(dy: Tensor, b: number): Tensor {
  const [n, hb, wb, c] = dy.shape as [number, number, number, number]
  const [h, w] = [hb / b, wb / b]
  return reshape(transpose(reshape(dy, [n * h, b, w, b * c]), [0, 2, 1, 3]), [n, h, w, b * b * c])
}

const depthSpread = rule<DepthToSpaceAttrs>('DepthToSpace', {}, (dy, at) => ({
  x: () => {
    const { blockSize, dataFormat } = at.attrs
    if (dataFormat !== 'NCHW') return spaceToDepth(dy, blockSize)
    return transpose(spaceToDepth(transpose(dy, [0, 2, 3, 1]), blockSize), [0, 3, 1, 2])
  },
}))

export const shape: readonly Rule[] = [
  reshaped('Reshape', 'x'),
  rule<ExpandDimsAttrs>('ExpandDims', {}, (dy, at) => ({ input: () => reshape(dy, at.shape('input')) })),
  tiled,
  rule<BroadCastToAttrs>('BroadcastTo', {}, (dy, at) => ({ x: () => unbroadcast(dy, at.shape('x')) })),
  unpacked,
  transposed,
  depthSpread,
  rule('FlipLeftRight', {}, dy => ({ image: () => reverse(dy, 2) })),
  rule<ReverseAttrs>('Reverse', {}, (dy, at) => ({
    x: () => reverse(dy, util.parseAxisParam(at.attrs.dims, dy.shape)),
  })),
  rule<SpaceToBatchNDAttrs>('SpaceToBatchND', {}, (dy, at) => ({
    x: () => batchToSpaceND(dy, at.attrs.blockShape, at.attrs.paddings),
  })),
  rule<BatchToSpaceNDAttrs>('BatchToSpaceND', {}, (dy, at) => ({
    x: () => spaceToBatchND(dy, at.attrs.blockShape, at.attrs.crops),
  })),
]
