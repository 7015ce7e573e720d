import {
  backend_util,
  GatherV2,
  Reverse,
  Slice,
  SplitV,
  StridedSlice,
  slice_util,
  type TensorInfo,
  Tile,
  Transpose,
  Unpack,
  util,
} from '@tensorflow/tfjs-core'
import { address, release, reshaped, run, type WasmBackend, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

const wide = (x: TensorInfo): boolean => x.dtype === 'float32' || x.dtype === 'int32'

/** Byte step of each axis of a tensor with elements of 4 bytes. */
const stepsOf = (shape: readonly number[]): number[] => {
  const steps = new Array<number>(shape.length)
  let step = 4
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step
    step *= shape[axis]!
  }
  return steps
}

/**
 * A new tensor of `shape` whose axes walk over x with the given byte steps, from `offset`.
 * 4 bytes an element; at most 8 axes of more than one element.
 */
function walk(
  backend: WasmBackend,
  x: TensorInfo,
  shape: readonly number[],
  sizes: readonly number[],
  steps: readonly number[],
  offset = 0,
): TensorInfo {
  const out = backend.makeOutput([...shape], x.dtype)
  if (util.sizeFromShape([...sizes]) === 0) return out
  // Neighbouring axes that advance evenly are one.
  const axes: [number, number][] = []
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const size = sizes[axis]!
    if (size === 1) continue
    const step = steps[axis]!
    const inner = axes[0]
    if (inner && step === inner[0] * inner[1]) inner[0] *= size
    else axes.unshift([size, step])
  }
  if (axes.length === 0) axes.push([1, 4])
  const module = simd(backend)
  module.copy(address(backend, x) + offset, address(backend, out), axes.length, module.table(axes.flat()))
  return out
}

/** Axes in another order. */
export const transpose = wasmKernel<{ perm: number[] }>(Transpose, ({ inputs, attrs, backend }, stock) => {
  const { x } = inputs as { x: TensorInfo }
  if (!wide(x)) return stock()
  const shape = attrs.perm.map(axis => x.shape[axis]!)
  // Moving axes of size 1 about moves no data.
  const moved = attrs.perm.filter(axis => x.shape[axis] !== 1)
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return reshaped(backend, x, shape)
  const steps = stepsOf(x.shape)
  return walk(
    backend,
    x,
    shape,
    shape,
    attrs.perm.map(axis => steps[axis]!),
  )
})

/** The tensor repeated along each axis. */
export const tile = wasmKernel<{ reps: number[] }>(Tile, ({ inputs, attrs, backend }, stock) => {
  const { x } = inputs as { x: TensorInfo }
  if (!wide(x)) return stock()
  const shape = x.shape.map((size, axis) => size * attrs.reps[axis]!)
  const steps = stepsOf(x.shape)
  return walk(
    backend,
    x,
    shape,
    x.shape.flatMap((size, axis) => [attrs.reps[axis]!, size]),
    steps.flatMap(step => [0, step]),
  )
})

/** A block cut out. */
export const slice = wasmKernel<{ begin: number | number[]; size: number | number[] }>(
  Slice,
  ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (!wide(x)) return stock()
    const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [
      number[],
      number[],
    ]
    return block(backend, x, begin, size)
  },
)

function block(backend: WasmBackend, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  const steps = stepsOf(x.shape)
  const offset = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0)
  return walk(backend, x, size, size, steps, offset)
}

/** Cut into pieces along one axis. */
export const splitV = wasmKernel<{ numOrSizeSplits: number | number[]; axis: number }>(
  SplitV,
  ({ inputs, attrs, backend }) => {
    const { x } = inputs as { x: TensorInfo }
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
    const sizes = backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis)
    const begin = new Array<number>(x.shape.length).fill(0)
    return sizes.map(length => {
      const size = [...x.shape]
      size[axis] = length
      const piece = run(backend, 'Slice', { x }, { begin: [...begin], size })
      begin[axis]! += length
      return piece
    })
  },
)

/** Every entry along one axis as a tensor of its own. */
export const unpack = wasmKernel<{ axis: number }>(Unpack, ({ inputs, attrs, backend }) => {
  const { value } = inputs as { value: TensorInfo }
  const axis = attrs.axis < 0 ? attrs.axis + value.shape.length : attrs.axis
  const size = [...value.shape]
  const shape = value.shape.filter((_, i) => i !== axis)
  size[axis] = 1
  return Array.from({ length: value.shape[axis]! }, (_, i) => {
    const begin = value.shape.map((_, j) => (j === axis ? i : 0))
    const piece = run(backend, 'Slice', { x: value }, { begin, size })
    piece.shape = shape
    return piece
  })
})

/** Every so-many-th element. */
export const stridedSlice = wasmKernel<{
  begin: number[]
  end: number[]
  strides: number[]
  beginMask: number
  endMask: number
  ellipsisMask: number
  newAxisMask: number
  shrinkAxisMask: number
}>(StridedSlice, ({ inputs, attrs, backend }, stock) => {
  const { x } = inputs as { x: TensorInfo }
  if (!wide(x)) return stock()
  const info = slice_util.sliceInfo(
    x.shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  )
  if (info.isIdentity) return reshaped(backend, x, info.finalShape)
  const { begin, end, strides } = info
  // The axes that `sliceInfo` inserts or drops have one element: `finalShape` differs from x's rank by those alone.
  if (begin.length !== x.shape.length) return stock()
  const sizes = slice_util.computeOutShape(begin, end, strides)
  const steps = stepsOf(x.shape)
  const offset = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0)
  return walk(
    backend,
    x,
    info.finalShape,
    sizes,
    steps.map((step, axis) => step * strides[axis]!),
    sizes.includes(0) ? 0 : offset,
  )
})

/** Some axes backwards. */
export const reverse = wasmKernel<{ dims: number | number[] }>(
  Reverse,
  ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (!wide(x)) return stock()
    const dims = util.parseAxisParam(attrs.dims, x.shape)
    const steps = stepsOf(x.shape)
    const offset = dims.reduce((sum, axis) => sum + Math.max(0, x.shape[axis]! - 1) * steps[axis]!, 0)
    const signed = steps.map((step, axis) => (dims.includes(axis) ? -step : step))
    return walk(backend, x, x.shape, x.shape, signed, offset)
  },
)

/** Entries of one axis by index. @throws where an index is not in range */
export const gather = wasmKernel<{ axis: number; batchDims: number }>(
  GatherV2,
  ({ inputs, attrs, backend }, stock) => {
    const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo }
    if (!wide(x) || attrs.batchDims || indices.dtype !== 'int32') return stock()
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
    const before = x.shape.slice(0, axis)
    const after = x.shape.slice(axis + 1)
    const out = backend.makeOutput([...before, ...indices.shape, ...after], x.dtype)
    const bad = simd(backend).gather(
      address(backend, x),
      address(backend, indices),
      address(backend, out),
      util.sizeFromShape(before),
      x.shape[axis]!,
      util.sizeFromShape(indices.shape),
      util.sizeFromShape(after) * 4,
    )
    if (bad >= 0) {
      release(backend, out)
      throw new Error(
        `gather: expected indices from 0 to ${x.shape[axis]! - 1} (axis ${axis} of [${x.shape}]), got another at ` +
          `position ${bad}`,
      )
    }
    return out
  },
)
