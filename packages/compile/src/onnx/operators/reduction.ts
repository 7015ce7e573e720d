import { type DType, type Node, sizeOf } from '../../graph.ts'
import { as, cast, number, range, reshaped } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

/** The input seen as few axes: neighbours that are both reduced or both kept as one, those of size one left out. */
function runs(shape: readonly number[], axes: readonly number[]) {
  const list: { size: number; reduced: boolean }[] = []
  shape.forEach((size, i) => {
    if (size === 1) return
    const reduced = axes.includes(i)
    const last = list.at(-1)
    if (last && last.reduced === reduced) last.size *= size
    else list.push({ size, reduced })
  })
  return list
}

const axesIn = ({ attributes }: Node) => (attributes.axis ?? attributes.reductionIndices) as readonly number[]

/** A reduction by ONNX's operator over the fewest axes. */
function reduced(op: string, node: Node, emit: Emit, type: DType): Name {
  const x = node.inputs[0]!
  const view = runs(x.shape, axesIn(node))
  const axes = range(view.length).filter(i => view[i]!.reduced)
  const value = as(emit, x, type)
  if (axes.length === 0) return reshaped(emit, value, x.shape, node.shape)
  const sizes = view.map(({ size }) => size)
  const kept = sizes.filter((_, i) => !axes.includes(i))
  const result = emit(op, [reshaped(emit, value, x.shape, sizes), emit.ints(axes)], { keepdims: 0 })
  return reshaped(emit, result, kept, node.shape)
}

/** Terms from which on a sum is made of sums. */
const LONG = 1024

/**
 * How many terms of a long sum are added first, about the root of all; 1 if it is not long or has no such divisor. The runtime adds float32 one after the
 * other: in WebAssembly the mean of 4096 numbers near 5 was off by up to 1e-5, as a sum of sums by 1e-6.
 */
function partOf(size: number): number {
  if (size < LONG) return 1
  const root = Math.floor(Math.sqrt(size))
  return (
    range(root)
      .map(i => root - i)
      .find(part => size % part === 0 && size / part < LONG) ?? 1
  )
}

/** The sum over some axes, times `factor`. */
function sum(node: Node, emit: Emit, factor: number): Name {
  const x = node.inputs[0]!
  let view = runs(x.shape, axesIn(node))
  if (x.dtype !== 'float32' || view.every(({ reduced }) => !reduced)) {
    const total = reduced('ReduceSum', node, emit, node.dtype === 'bool' ? 'int32' : node.dtype)
    return factor === 1 ? total : emit('Mul', [total, number(emit, factor)])
  }
  // Over all but the last axis as a row of ones times a matrix, 0.4 to 1 of the time of ReduceSum; the factor comes with it.
  let value = emit.of(x)
  let shape = x.shape
  let left = factor
  for (let i = view.findIndex(run => run.reduced); i >= 0 && i < view.length - 1; ) {
    const sizes = view.map(({ size }) => size)
    const row = emit.constant(new Float32Array(sizes[i]!).fill(left), [sizes[i]!], 'float32')
    const stack = sizeOf(sizes.slice(0, i))
    const rest = sizeOf(sizes.slice(i + 1))
    const matrix = i === 0 ? [sizes[i]!, rest] : [stack, sizes[i]!, rest]
    value = emit('MatMul', [row, reshaped(emit, value, shape, matrix)])
    shape = i === 0 ? [rest] : [stack, rest]
    left = 1
    view = view.filter((_, k) => k !== i)
    i = view.findIndex(run => run.reduced)
  }
  const last = view.at(-1)
  if (last?.reduced) {
    const rows = view.slice(0, -1).map(({ size }) => size)
    const part = emit.device.kind === 'gpu' ? 1 : partOf(last.size)
    const parts = part === 1 ? [last.size] : [last.size / part, part]
    let matrix = [...(rows.length === 0 ? [] : [sizeOf(rows)]), ...parts]
    for (const _ of parts) {
      const inputs = [reshaped(emit, value, shape, matrix), emit.ints([matrix.length - 1])]
      value = emit('ReduceSum', inputs, { keepdims: 0 })
      matrix = matrix.slice(0, -1)
      shape = matrix
    }
    if (left !== 1) value = emit('Mul', [value, number(emit, left)])
  }
  return reshaped(emit, value, shape, node.shape)
}

const byInts =
  (op: string): Lowering =>
  (node, emit) =>
    cast(emit, reduced(op, node, emit, 'int32'), 'int32', node.dtype)

const plain =
  (op: string): Lowering =>
  (node, emit) => {
    const type = node.dtype === 'bool' ? 'int32' : node.dtype
    return cast(emit, reduced(op, node, emit, type), type, node.dtype)
  }

const arg =
  (op: string): Lowering =>
  (node, emit) => {
    const x = node.inputs[0]!
    const axis = node.attributes.axis as number
    return cast(
      emit,
      emit(op, [as(emit, x, x.dtype === 'bool' ? 'int32' : x.dtype)], { axis, keepdims: 0 }),
      'int64',
      'int32',
    )
  }

interface Running {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

/** Products of all entries up to each one, by doubling steps: after step k each is the product of 2^k entries. */
const cumprod: Lowering = (node, emit) => {
  const { axis, exclusive, reverse } = node.attributes as unknown as Running
  const { shape } = node
  const size = shape[axis]!
  const shifted = (x: Name, by: number) => {
    const ones = emit.constant((node.dtype === 'int32' ? Int32Array : Float32Array).of(1), [], node.dtype)
    const pads = [...shape, ...shape].map((_, i) => (i === (reverse ? shape.length + axis : axis) ? by : 0))
    const [from, to] = reverse ? [by, size] : [0, size - by]
    const part = emit('Slice', [x, emit.ints([from]), emit.ints([to]), emit.ints([axis])])
    return emit('Pad', [part, emit.ints(pads), ones])
  }
  let product = as(emit, node.inputs[0]!, node.dtype)
  if (exclusive) product = shifted(product, 1)
  for (let by = 1; by < size; by *= 2) product = emit('Mul', [product, shifted(product, by)])
  return product
}

export const reduction: Lowerings = {
  Sum: (node, emit) => sum(node, emit, 1),
  Mean: (node, emit) => {
    const x = node.inputs[0]!
    return sum(node, emit, sizeOf(node.shape) / sizeOf(x.shape))
  },
  Max: plain('ReduceMax'),
  Min: plain('ReduceMin'),
  Prod: plain('ReduceProd'),
  All: byInts('ReduceMin'),
  Any: byInts('ReduceMax'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),
  Cumsum: (node, emit) => {
    const { axis, exclusive, reverse } = node.attributes as unknown as Running
    const inputs = [as(emit, node.inputs[0]!, node.dtype), emit.scalar(axis, 'int32')]
    return emit('CumSum', inputs, { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 })
  },
  Cumprod: cumprod,
}
