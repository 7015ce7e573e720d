import {
  add,
  concat,
  type MirrorPadAttrs,
  type PadV2Attrs,
  pad,
  reshape,
  reverse,
  type SliceAttrs,
  type StridedSliceAttrs,
  slice,
  slice_util,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { spaced } from './spacing.ts'

/** Puts zeros around dy so that it lies at `begin` in a tensor of the given shape. */
const placed = (dy: Tensor, begin: readonly number[], shape: readonly number[]) =>
  pad(
    dy,
    shape.map((size, i) => [begin[i]!, size - begin[i]! - dy.shape[i]!] as [number, number]),
  )

const sliced = rule<SliceAttrs>('Slice', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    // Only the tensor's shape is looked at.
    const [begin] = slice_util.parseSliceParams({ shape } as never, at.attrs.begin, at.attrs.size)
    return placed(dy, begin!, shape)
  },
}))

const padded = rule<PadV2Attrs>('PadV2', {}, (dy, at) => ({
  x: () => {
    const begin = at.attrs.paddings.map(([before]) => before)
    return slice(dy, begin, at.shape('x'))
  },
}))

/** The part of x from `begin` of `size` along one axis. */
function along(x: Tensor, axis: number, begin: number, size: number): Tensor {
  const starts = x.shape.map((_, i) => (i === axis ? begin : 0))
  return slice(
    x,
    starts,
    x.shape.map((n, i) => (i === axis ? size : n)),
  )
}

const stridedSliced = rule<StridedSliceAttrs>('StridedSlice', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    const a = at.attrs
    const info = slice_util.sliceInfo(
      shape,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    )
    if (
      info.finalShapeSparse.length < shape.length &&
      !(info.isIdentity || info.sliceDim0 || info.isSimpleSlice)
    ) {
      throw new Error(
        `stridedSlice with strides [${a.strides}] and shrinkAxisMask ${a.shrinkAxisMask} has no gradient: tfjs's kernels ` +
          'take the wrong entries; slice without shrinking, then squeeze',
      )
    }
    const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides)
    let dx: Tensor = reshape(dy, sizes)
    const begin = info.begin.map((b, axis) => {
      const stride = info.strides[axis]!
      if (stride > 0) return b
      // Walking down is walking up from the lowest index reached, reversed.
      dx = reverse(dx, axis)
      return b + (sizes[axis]! - 1) * stride
    })
    info.strides.forEach((stride, axis) => {
      dx = spaced(dx, axis, Math.abs(stride))
    })
    return sizes.some(n => n === 0)
      ? pad(
          dx,
          shape.map((n, i) => [0, n - sizes[i]!]),
        )
      : placed(dx, begin, shape)
  },
}))

/** Adds each mirrored edge back to where it was mirrored from, axis by axis. */
const mirrored = rule<MirrorPadAttrs>('MirrorPad', {}, (dy, at) => ({
  x: () => {
    const edge = at.attrs.mode === 'reflect' ? 1 : 0
    return at.attrs.paddings.reduce((g, [before, after], axis) => {
      const size = g.shape[axis]! - before - after
      const shape = g.shape.map((n, i) => (i === axis ? size : n))
      const at0 = (begin: number) => shape.map((_, i) => (i === axis ? begin : 0))
      let dx: Tensor = along(g, axis, before, size)
      if (before > 0) dx = add(dx, placed(reverse(along(g, axis, 0, before), axis), at0(edge), shape))
      if (after > 0) {
        const tail = reverse(along(g, axis, before + size, after), axis)
        dx = add(dx, placed(tail, at0(size - edge - after), shape))
      }
      return dx
    }, dy)
  },
}))

const split = rule<{ axis: number }>('SplitV', {}, (_dy, at, dys) => ({
  x: () => concat([...dys], util.parseAxisParam(at.attrs.axis, at.shape('x'))[0]),
}))

const concatenated = rule<{ axis: number }>('Concat', {}, (dy, at) => {
  const [axis] = util.parseAxisParam(at.attrs.axis, dy.shape) as [number]
  let begin = 0
  const parts = at.names.map(name => {
    const size = at.shape(name)[axis]!
    begin += size
    return { name, begin: begin - size, size }
  })
  return Object.fromEntries(parts.map(part => [part.name, () => along(dy, axis, part.begin, part.size)]))
})

const packed = rule<{ axis: number }>('Pack', {}, (dy, at) => {
  const [axis] = util.parseAxisParam(at.attrs.axis, dy.shape) as [number]
  return Object.fromEntries(
    at.names.map((name, i) => [name, () => reshape(along(dy, axis, i, 1), at.shape(name))]),
  )
})

export const slicing: readonly Rule[] = [sliced, padded, stridedSliced, mirrored, split, concatenated, packed]
