import { add, broadcast_util, fill, reshape, step, sub, sum, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'

/** Adjoint of broadcasting `shape` to dy's shape: sums over what was repeated. */
export function unbroadcast(dy: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, dy.shape)
  return reshape(axes.length > 0 ? sum(dy, axes) : dy, shape)
}

/** Repeats dy along the axes that a reduction of `shape` removed (or kept with size 1). */
export function expand(dy: Tensor, shape: number[], axes: readonly number[]): Tensor {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  if (kept.every((size, axis) => size === shape[axis])) return reshape(dy, shape)
  // Not broadcastTo: tfjs does that with its Tile kernel, on wasm over a hundred times slower than a broadcasting sum.
  // Without leading ones the cpu backend takes its fast path.
  while (kept[0] === 1) kept.shift()
  return add(reshape(dy, kept), fill(shape, 0))
}

/** 1 where a > b, else 0; by kernels that are fast on every backend, which comparison and cast are not. */
export const exceeds = (a: Tensor, b: Tensor | number): Tensor => step(sub(a, b))

/** 1 where a <= b, else 0. */
export const atMost = (a: Tensor, b: Tensor | number): Tensor => sub(1, exceeds(a, b))

/** A kernel whose outputs are piecewise constant in the named inputs (null: in all of them). */
export function constant(kernel: string, names: readonly string[] | null = null): Rule {
  return rule(kernel, {}, (_dy, at) =>
    Object.fromEntries((names ?? at.names).map(name => [name, () => zeros(at.shape(name))])),
  )
}

/** A kernel that refuses to be differentiated, with the reason and the way out. */
export function refusal(kernel: string, remedy: string): Rule {
  return rule(kernel, {}, () => {
    throw new Error(`${kernel} has no gradient: ${remedy}`)
  })
}
