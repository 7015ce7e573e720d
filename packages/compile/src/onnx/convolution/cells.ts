import { range, reshape, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { pad, slice } from '../operators/shape.ts'
import { atLeast0, fromFirst } from '../operators/windows.ts'
import type { Forward } from './finish.ts'
import { type Correlation, outSize } from './geometry.ts'
import * as patches from './patches.ts'

// A convolution of some stride as one that moves by one over cells of stride x stride pixels, whose pixels are further channels: its
// patches are runs of whole cells. Where channels are few, pixels alone are too short to be moved one by one.

type Pair = readonly [number, number]

/** Whether a convolution can be seen so: in one group, its taps side by side. */
export const fitsCells = ({ groups, dilation }: Pick<Correlation, 'groups' | 'dilation'>): boolean =>
  groups === 1 && dilation.every(n => n === 1)

/** The same convolution over cells. The filter is filled up with zeros to whole cells. */
function overCells(shape: Correlation): Correlation {
  const { filter, stride, inputs } = shape
  const taps = filter.map((k, i) => Math.ceil(k / stride[i]!))
  return {
    ...shape,
    size: outSize(shape).map((n, i) => n - 1 + taps[i]!),
    inputs: inputs * stride[0]! * stride[1]!,
    filter: taps,
    stride: [1, 1],
    before: [0, 0],
    after: [0, 0],
  }
}

/** Pixels along each axis that the cells cover, and how far they reach beyond the image's end (negative: fall short of it). */
function reachOf({ size, before, stride }: Correlation, cells: readonly number[]) {
  const covered = cells.map((n, i) => n * stride[i]!) as [number, number]
  return { covered, beyond: covered.map((n, i) => n - before[i]! - size[i]!) }
}

/** Images [images, ...size, inputs] in cells. */
function inCells(emit: Emit, x: Name, shape: Correlation, cells: readonly number[]): Name {
  const { images, size, inputs, before, stride } = shape
  const { beyond } = reachOf(shape, cells)
  const from = fromFirst(emit, x, [images, ...size, inputs], before)
  const own = size.map((n, i) => n + Math.min(0, before[i]!))
  const kept = own.map((n, i) => n + Math.min(0, beyond[i]!))
  const seen = slice(emit, from, [images, ...own, inputs], [0, 0, 0, 0], [images, ...kept, inputs])
  const [ahead, behind] = [atLeast0(before), atLeast0(beyond)]
  const margins = range(2).map((i): Pair => [ahead[i]!, behind[i]!])
  const whole = pad(emit, seen, [[0, 0], ...margins, [0, 0]], emit.scalar(0))
  const [rows, columns] = cells as Pair
  const [sh, sw] = stride as Pair
  const split = reshape(emit, whole, [images * rows, sh, columns, sw * inputs])
  return reshape(emit, transpose(emit, split, [0, 2, 1, 3]), [images, rows, columns, sh * sw * inputs])
}

/** A filter [...filter, inputs, outputs] for cells. */
function filterInCells(emit: Emit, filter: Name, shape: Correlation, taps: readonly number[]): Name {
  const { inputs, outputs, stride } = shape
  const [mh, mw] = taps as Pair
  const [sh, sw] = stride as Pair
  const missing = shape.filter.map((k, i): Pair => [0, taps[i]! * stride[i]! - k])
  const whole = pad(emit, filter, [...missing, [0, 0], [0, 0]], emit.scalar(0))
  const split = reshape(emit, whole, [mh, sh, mw, sw * inputs * outputs])
  return reshape(emit, transpose(emit, split, [0, 2, 1, 3]), [mh, mw, sh * sw * inputs, outputs])
}

/** The convolution itself. */
export const forward: Forward = (emit, x, filter, shape, finish) => {
  const cells = overCells(shape)
  return patches.forward(
    emit,
    inCells(emit, x, shape, cells.size),
    filterInCells(emit, filter, shape, cells.filter),
    cells,
    finish,
  )
}

/** The gradient in the filter. */
export function toFilter(emit: Emit, x: Name, dy: Name, shape: Correlation): Name {
  const { inputs, outputs, stride } = shape
  const cells = overCells(shape)
  const sums = patches.toFilter(emit, inCells(emit, x, shape, cells.size), dy, cells)
  const [mh, mw] = cells.filter as Pair
  const [sh, sw] = stride as Pair
  const split = transpose(emit, reshape(emit, sums, [mh, mw, sh, sw * inputs * outputs]), [0, 2, 1, 3])
  const whole = [mh * sh, mw * sw, inputs, outputs]
  return slice(emit, reshape(emit, split, whole), whole, [0, 0, 0, 0], [...shape.filter, inputs, outputs])
}

/**
 * x of shape `shape` is cut along its last axis into as many equal parts as there are taps along `axis`; part i is moved on by i places along
 * that axis, and all are added up.
 */
function overlaid(emit: Emit, x: Name, shape: readonly number[], axis: number, taps: number): Name {
  const last = shape.length - 1
  const own = shape[last]! / taps
  const parts = range(taps).map(tap => {
    const starts = shape.map((_, i) => (i === last ? tap * own : 0))
    const part = slice(emit, x, shape, starts, shape.with(last, (tap + 1) * own))
    const margins = shape.map((_, i): Pair => (i === axis ? [tap, taps - 1 - tap] : [0, 0]))
    return pad(emit, part, margins, emit.scalar(0))
  })
  return parts.reduce((sum, part) => emit('Add', [sum, part]))
}

/** Images of which cells [images, ...cells, pixels of a cell] are made. */
function fromCells(emit: Emit, x: Name, shape: Correlation, cells: readonly number[]): Name {
  const { images, size, inputs, before, stride } = shape
  const [rows, columns] = cells as Pair
  const [sh, sw] = stride as Pair
  const split = transpose(emit, reshape(emit, x, [images * rows, columns, sh, sw * inputs]), [0, 2, 1, 3])
  const { covered, beyond } = reachOf(shape, cells)
  const pixels = [images, ...covered, inputs]
  const ends = [images, ...covered.map((n, i) => n - Math.max(0, beyond[i]!)), inputs]
  const kept = slice(emit, reshape(emit, split, pixels), pixels, [0, ...atLeast0(before), 0], ends)
  // Pixels that no cell covers.
  const margins = size.map((_, i): Pair => [Math.max(0, -before[i]!), Math.max(0, -beyond[i]!)])
  return pad(emit, kept, [[0, 0], ...margins, [0, 0]], emit.scalar(0))
}

/**
 * The gradient in the input: one product gives what each window hands back to each of its cells, and what a cell is handed by several
 * windows is added up.
 */
export function toInput(emit: Emit, dy: Name, filter: Name, shape: Correlation): Name {
  const { images, outputs } = shape
  const cells = overCells(shape)
  const [rows, columns] = outSize(shape) as [number, number]
  const [mh, mw] = cells.filter as Pair
  const handed = mh * mw * cells.inputs
  const weights = filterInCells(emit, filter, shape, cells.filter)
  const product = emit(
    'Gemm',
    [reshape(emit, dy, [images * rows * columns, outputs]), reshape(emit, weights, [handed, outputs])],
    { transB: 1 },
  )
  const windows = [images, rows, columns, handed]
  const lines = overlaid(emit, reshape(emit, product, windows), windows, 1, mh)
  const whole = overlaid(emit, lines, [images, cells.size[0]!, columns, mw * cells.inputs], 2, mw)
  return fromCells(emit, whole, shape, cells.size)
}
