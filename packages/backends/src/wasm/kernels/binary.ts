import {
  broadcast_util,
  Equal,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  Maximum,
  Minimum,
  NotEqual,
  Select,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { address, type WasmKernel, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

/** In the order of assembly/binary.ts. */
const names = [Maximum, Minimum, Greater, GreaterEqual, Less, LessEqual, Equal, NotEqual]

/** Byte step of each axis of a float32 tensor of shape `from`, aligned to the right of `to`; 0 where it is broadcast. */
function steps(from: readonly number[], to: readonly number[]): number[] {
  const missing = to.length - from.length
  const result = new Array<number>(to.length).fill(0)
  let step = 4
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const size = from[axis]!
    if (size > 1) result[axis + missing] = step
    step *= size
  }
  return result
}

/**
 * The axes of an element-wise function of two broadcast tensors, outermost first, as [size, step of a, step of b] flattened;
 * neighbouring axes over which both advance evenly are one.
 */
export function broadcastAxes(
  a: readonly number[],
  b: readonly number[],
  shape: readonly number[],
): { rank: number; axes: number[] } {
  const stepsA = steps(a, shape)
  const stepsB = steps(b, shape)
  const axes: [number, number, number][] = []
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!
    if (size === 1) continue
    const [stepA, stepB] = [stepsA[axis]!, stepsB[axis]!]
    const inner = axes[0]
    if (inner && stepA === inner[0] * inner[1] && stepB === inner[0] * inner[2]) inner[0] *= size
    else axes.unshift([size, stepA, stepB])
  }
  if (axes.length === 0) axes.push([1, 4, 4])
  return { rank: axes.length, axes: axes.flat() }
}

/** Extremes and comparisons of two float32 tensors, broadcast; other dtypes stay with the stock kernels. */
export const binary: readonly WasmKernel[] = names.map((name, op) =>
  wasmKernel(name, ({ inputs, backend }, stock) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return stock()
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape)
    const out = backend.makeOutput(shape, op < 2 ? 'float32' : 'bool')
    if (util.sizeFromShape(shape) === 0) return out
    const { rank, axes } = broadcastAxes(a.shape, b.shape, shape)
    const module = simd(backend)
    module.binary(
      op,
      address(backend, a),
      address(backend, b),
      address(backend, out),
      rank,
      module.table(axes),
    )
    return out
  }),
)

/** Chooses by a condition of the same shape; a condition of rows stays with the stock kernel. */
export const select = wasmKernel(Select, ({ inputs, backend }, stock) => {
  const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo }
  const fits = util.arraysEqual(condition.shape, t.shape) && condition.dtype === 'bool'
  if (!fits || t.dtype !== e.dtype || (t.dtype !== 'float32' && t.dtype !== 'int32')) return stock()
  const out = backend.makeOutput(t.shape, t.dtype)
  simd(backend).select(
    address(backend, condition),
    address(backend, t),
    address(backend, e),
    address(backend, out),
    util.sizeFromShape(t.shape),
  )
  return out
})
