import { pad, reshape, slice, type Tensor, util } from '@tensorflow/tfjs-core'

/** An axis seen alone: what lies before and after it. */
const around = (shape: number[], axis: number) =>
  [util.sizeFromShape(shape.slice(0, axis)), shape[axis]!, util.sizeFromShape(shape.slice(axis + 1))] as const

const resized = (shape: number[], axis: number, size: number) => shape.map((n, i) => (i === axis ? size : n))

/** Puts `count` zeros after the middle axis of three. */
const padMiddle = (x: Tensor, count: number) =>
  pad(x, [
    [0, 0],
    [0, count],
    [0, 0],
  ])

/** Puts `step - 1` zeros between the entries along one axis; no tensor on the way has more than three axes. */
export function spaced(x: Tensor, axis: number, step: number): Tensor {
  const [before, n, after] = around(x.shape, axis)
  if (step === 1 || n <= 1) return x
  const wide = reshape(padMiddle(reshape(x, [before * n, 1, after]), step - 1), [before, n * step, after])
  const size = (n - 1) * step + 1
  return reshape(slice(wide, [0, 0, 0], [before, size, after]), resized(x.shape, axis, size))
}

/** Adjoint of {@link spaced}: keeps every `step`-th entry along one axis, from the first on. */
export function thinned(x: Tensor, axis: number, step: number): Tensor {
  const [before, size, after] = around(x.shape, axis)
  if (step === 1 || size <= 1) return x
  const n = (size - 1) / step + 1
  const wide = reshape(padMiddle(reshape(x, [before, size, after]), step - 1), [before * n, step, after])
  return reshape(slice(wide, [0, 0, 0], [before * n, 1, after]), resized(x.shape, axis, n))
}

/** A dilated filter as a plain one: zeros between the taps along each spatial axis. */
export const spread = (filter: Tensor, dilations: readonly number[]): Tensor =>
  dilations.reduce((w, d, axis) => spaced(w, axis, d), filter)

/** Adjoint of {@link spread}. */
export const collected = (filter: Tensor, dilations: readonly number[]): Tensor =>
  dilations.reduce((w, d, axis) => thinned(w, axis, d), filter)
