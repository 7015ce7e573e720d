import { type DType, type Node, sizeOf } from '../../graph.ts'
import { as, cast, inShape, range, reshape, reshaped } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

const gather: Lowering = (node, emit) => {
  const [x, indices] = node.inputs as [Node, Node]
  const { axis, batchDims } = node.attributes as { axis: number; batchDims: number }
  const picks = as(emit, indices, 'int32')
  if (batchDims === 0) return emit('Gather', [emit.of(x), picks], { axis })
  // All batches' rows below each other: each batch's indices start where its rows do.
  const [batch, outer, length, inner] = [
    sizeOf(x.shape.slice(0, batchDims)),
    sizeOf(x.shape.slice(batchDims, axis)),
    x.shape[axis]!,
    sizeOf(x.shape.slice(axis + 1)),
  ]
  const count = sizeOf(indices.shape) / batch
  const starts = Int32Array.from({ length: batch * outer }, (_, i) => i * length)
  const at = emit('Add', [
    reshape(emit, picks, [batch, 1, count]),
    emit.constant(starts, [batch, outer, 1], 'int32'),
  ])
  const rows = inShape(emit, x, [batch * outer * length, inner])
  return reshape(emit, emit('Gather', [rows, at], { axis: 0 }), node.shape)
}

/** One where a segment's number is the id, else zero: [segments, ids]. */
const membership = (emit: Emit, ids: Name, segments: number): Name => {
  const column = emit.constant(Int32Array.from(range(segments)), [segments, 1], 'int32')
  return cast(emit, emit('Equal', [column, ids]), 'bool', 'float32')
}

/**
 * Adds rows [n, inner] to their segments: [segments, inner]. ids [n]; rows whose id is no segment are dropped. ScatterND would be
 * the fastest, but its threads lose sums where ids repeat (seen with onnxruntime 1.30).
 */
function summed(
  emit: Emit,
  rows: Name,
  ids: Name,
  n: number,
  inner: number,
  segments: number,
  type: DType,
): Name {
  // A product with the matrix of memberships costs n segments (1 + inner / 50), ScatterElements, which is sequential, 4.5 n inner.
  if (type === 'float32' && segments * (1 + inner / 50) <= 4.5 * inner)
    return emit('Gemm', [membership(emit, reshape(emit, ids, [1, n]), segments), rows])
  // A further row takes what is dropped: -1 is the last.
  const known = emit('Clip', [ids, emit.scalar(-1, 'int32'), emit.scalar(segments, 'int32')])
  const column = reshape(emit, cast(emit, known, 'int32', 'int64'), [n, 1])
  const at = inner === 1 ? column : emit('Expand', [column, emit.ints([n, inner])])
  const zeros = emit('Expand', [emit.scalar(0, type), emit.ints([segments + 1, inner])])
  const sums = emit('ScatterElements', [zeros, at, rows], { axis: 0, reduction: 'add' })
  return emit('Slice', [sums, emit.ints([0]), emit.ints([segments]), emit.ints([0])])
}

const segmentSum: Lowering = (node, emit) => {
  const [x, ids] = node.inputs as [Node, Node]
  const segments = node.attributes.numSegments as number
  const n = sizeOf(ids.shape)
  const inner = sizeOf(x.shape) / n
  const at = reshaped(emit, as(emit, ids, 'int32'), ids.shape, [n])
  const rows = reshaped(emit, as(emit, x, node.dtype), x.shape, [n, inner])
  const sums = summed(emit, rows, at, n, inner, segments, node.dtype)
  return reshaped(emit, sums, [segments, inner], node.shape)
}

/** Index tuples [..., depth] name places of the first `depth` axes: their numbers in row-major order, [n]. */
function flat(emit: Emit, indices: Node, depth: number, shape: readonly number[]): Name {
  const n = sizeOf(indices.shape) / depth
  const tuples = reshaped(emit, as(emit, indices, 'int32'), indices.shape, [n, depth])
  if (depth === 1) return reshape(emit, tuples, [n])
  const steps = Int32Array.from(range(depth), i => sizeOf(shape.slice(i + 1, depth)))
  const parts = emit('Mul', [tuples, emit.constant(steps, [depth], 'int32')])
  return emit('ReduceSum', [parts, emit.ints([1])], { keepdims: 0 })
}

const scatterNd: Lowering = (node, emit) => {
  const [indices, updates] = node.inputs as [Node, Node]
  const depth = indices.shape.length > 1 ? indices.shape.at(-1)! : 1
  const segments = sizeOf(node.shape.slice(0, depth))
  const inner = sizeOf(node.shape.slice(depth))
  const n = sizeOf(updates.shape) / inner
  const at = flat(emit, indices, depth, node.shape)
  const sums = summed(emit, inShape(emit, updates, [n, inner]), at, n, inner, segments, node.dtype)
  return reshaped(emit, sums, [segments, inner], node.shape)
}

const oneHot: Lowering = (node, emit) => {
  const indices = node.inputs[0]!
  const { depth, onValue, offValue } = node.attributes as { [name: string]: number }
  const at = reshape(emit, as(emit, indices, 'int32'), [...indices.shape, 1])
  const places = emit.constant(Int32Array.from(range(depth!)), [depth!], 'int32')
  const hits = emit('Equal', [at, places])
  if (onValue === 1 && offValue === 0) return cast(emit, hits, 'bool', node.dtype)
  const [on, off] = [onValue, offValue].map(value => emit.scalar(value!, 'float32'))
  return cast(emit, emit('Where', [hits, on!, off!]), 'float32', node.dtype)
}

export const indexing: Lowerings = {
  GatherV2: gather,
  GatherNd: (node, emit) => {
    const [params, indices] = node.inputs as [Node, Node]
    return emit('GatherND', [emit.of(params), as(emit, indices, 'int64')])
  },
  ScatterNd: scatterNd,
  UnsortedSegmentSum: segmentSum,
  OneHot: oneHot,
}
