import { Max, Mean, Min, Prod, Sum, type TensorInfo, util } from '@tensorflow/tfjs-core'
import {
  address,
  floats,
  release,
  reshaped,
  run,
  type WasmBackend,
  type WasmKernel,
  wasmKernel,
} from '../heap.ts'
import { simd } from '../simd/index.ts'

/** In the order of assembly/reduce.ts; each with its value over nothing. */
const kinds = { sum: [0, 0], product: [1, 1], max: [2, -Infinity], min: [3, Infinity] } as const

/**
 * Reduces float32 `x` over `axes` (sorted), innermost group of neighbouring axes first: no transpose is needed wherever the
 * axes lie. The result has the kept axes' shape.
 */
function reduced(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  kind: keyof typeof kinds,
  scale: number,
): TensorInfo {
  const [op, empty] = kinds[kind]
  const kept = x.shape.filter((_, axis) => !axes.includes(axis))
  if (util.sizeFromShape(x.shape) === 0) {
    const out = backend.makeOutput(kept, 'float32')
    // The mean of nothing is 0 on tfjs's backends.
    floats(backend, out).fill(empty)
    return out
  }
  // Axes of size 1 neither split a group nor need a pass.
  const groups: { size: number; reduce: boolean }[] = []
  x.shape.forEach((size, axis) => {
    if (size === 1) return
    const reduce = axes.includes(axis)
    const last = groups.at(-1)
    if (last?.reduce === reduce) last.size *= size
    else groups.push({ size, reduce })
  })
  const passes = groups.flatMap((group, i) => (group.reduce ? [i] : [])).reverse()
  if (passes.length === 0) {
    if (scale === 1) return reshaped(backend, x, kept)
    passes.push(groups.length)
    groups.push({ size: 1, reduce: true })
  }
  let from = x
  for (const [round, pass] of passes.entries()) {
    const outer = groups.slice(0, pass).reduce((n, group) => n * group.size, 1)
    const inner = groups.slice(pass + 1).reduce((n, group) => n * (group.reduce ? 1 : group.size), 1)
    const last = round === passes.length - 1
    const out = backend.makeOutput(last ? kept : [outer, inner], 'float32')
    const factor = last ? scale : 1
    simd(backend).reduce(
      op,
      address(backend, from),
      address(backend, out),
      outer,
      groups[pass]!.size,
      inner,
      factor,
    )
    if (from !== x) release(backend, from)
    from = out
  }
  return from
}

interface ReduceAttrs {
  axis?: number | number[]
  /** `Max` alone calls it so. */
  reductionIndices?: number | number[]
  keepDims: boolean
}

const reduction = (name: string, kind: keyof typeof kinds, mean = false): WasmKernel =>
  wasmKernel<ReduceAttrs>(name, ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (x.dtype !== 'float32' && !mean) return stock()
    const axes = util.parseAxisParam((attrs.axis ?? attrs.reductionIndices)!, x.shape).sort((p, q) => p - q)
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1)
    const from = x.dtype === 'float32' ? x : run(backend, 'Cast', { x }, { dtype: 'float32' })
    const out = reduced(backend, from, axes, kind, mean ? 1 / count : 1)
    if (from !== x) release(backend, from)
    if (attrs.keepDims) out.shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    return out
  })

/** Reductions of float32 (the mean of any dtype) over any axes. The mean and the extremes of nothing are as on cpu. */
export const reductions: readonly WasmKernel[] = [
  reduction(Sum, 'sum'),
  reduction(Mean, 'sum', true),
  reduction(Prod, 'product'),
  reduction(Max, 'max'),
  reduction(Min, 'min'),
]
