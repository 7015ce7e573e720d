import {
  type BatchToSpaceNDAttrs,
  type BroadCastToAttrs,
  batchToSpaceND,
  concat,
  type DepthToSpaceAttrs,
  type ExpandDimsAttrs,
  type PackAttrs,
  type PadV2Attrs,
  pad,
  type ReverseAttrs,
  reshape,
  reverse,
  type SliceAttrs,
  type SpaceToBatchNDAttrs,
  type SplitVAttrs,
  slice,
  slice_util,
  spaceToBatchND,
  squeeze,
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

/** The zeros to put around `inner` so that it lies at `begin` within `outer`. */
export const surround = (
  outer: number[],
  begin: readonly number[],
  inner: readonly number[],
): [number, number][] => outer.map((size, i) => [begin[i]!, size - begin[i]! - inner[i]!])

const reshaped = (kernel: string, input: string): Rule =>
  rule(kernel, {}, (dy, at) => ({ [input]: () => reshape(dy, at.shape(input)) }))

const sliced = rule<SliceAttrs>('Slice', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    // Only the rank and sizes of the tensor are looked at.
    const [begin] = slice_util.parseSliceParams({ shape } as never, at.attrs.begin, at.attrs.size)
    return pad(dy, surround(shape, begin!, dy.shape))
  },
}))

const padded = rule<PadV2Attrs>('PadV2', {}, (dy, at) => ({
  x: () =>
    slice(
      dy,
      at.attrs.paddings.map(([before]) => before),
      at.shape('x'),
    ),
}))

/** Sums over the copies, one axis at a time so that no tensor has more than three axes. */
const tiled = rule<TileAttrs>('Tile', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    const axes = shape.map((_, i) => i).filter(i => at.attrs.reps[i]! > 1)
    if (axes.every(i => shape[i] === 1)) return unbroadcast(dy, shape)
    let dx: Tensor = dy
    for (const i of axes) {
      const inner = util.sizeFromShape(shape.slice(i))
      dx = sum(reshape(dx, [-1, at.attrs.reps[i]!, inner]), 1)
      const done = [...dy.shape.slice(0, i), ...shape.slice(i)]
      dx = reshape(dx, done)
    }
    return reshape(dx, shape)
  },
}))

const concatenated = rule<{ axis: number }>('Concat', {}, (dy, at) =>
  Object.fromEntries(
    at.names.map((name, position) => [
      name,
      () => {
        const [axis] = util.parseAxisParam(at.attrs.axis, dy.shape) as [number]
        const begin = dy.shape.map(() => 0)
        for (let i = 0; i < position; i++) begin[axis]! += at.shape(at.names[i]!)[axis]!
        return slice(dy, begin, at.shape(name))
      },
    ]),
  ),
)

const packed = rule<PackAttrs>('Pack', {}, (dy, at) =>
  Object.fromEntries(
    at.names.map((name, position) => [
      name,
      () => {
        const [axis] = util.parseAxisParam(at.attrs.axis, dy.shape) as [number]
        const size = dy.shape.map((n, i) => (i === axis ? 1 : n))
        return squeeze(
          slice(
            dy,
            dy.shape.map((_, i) => (i === axis ? position : 0)),
            size,
          ),
          [axis],
        )
      },
    ]),
  ),
)

const split = rule<SplitVAttrs>('SplitV', {}, (_dy, at, dys) => ({
  x: () => concat([...dys], util.parseAxisParam(at.attrs.axis, at.shape('x'))[0]),
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
  sliced,
  padded,
  tiled,
  rule<BroadCastToAttrs>('BroadcastTo', {}, (dy, at) => ({ x: () => unbroadcast(dy, at.shape('x')) })),
  concatenated,
  packed,
  split,
  unpacked,
  transposed,
  depthSpread,
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
