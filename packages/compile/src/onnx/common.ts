import { type Node, sizeOf } from '../graph.ts'
import type { Emit, Name } from './emit.ts'
import { type ElementType, elementTypes } from './encode.ts'

// Small forms that several lowerings are made of.

export const alike = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])

export const cast = (emit: Emit, x: Name, from: ElementType, to: ElementType): Name =>
  from === to ? x : emit('Cast', [x], { to: elementTypes[to] })

/** A node's value with its elements of another type. */
export const as = (emit: Emit, node: Node, type: ElementType): Name =>
  cast(emit, emit.of(node), node.dtype, type)

export const reshape = (emit: Emit, x: Name, shape: readonly number[]): Name =>
  emit('Reshape', [x, emit.ints(shape)], shape.includes(0) ? { allowzero: 1 } : {})

/** A value of shape `from` in shape `to`. */
export const reshaped = (emit: Emit, x: Name, from: readonly number[], to: readonly number[]): Name =>
  alike(from, to) ? x : reshape(emit, x, to)

/** The value of a node in another shape. */
export const inShape = (emit: Emit, node: Node, shape: readonly number[]): Name =>
  reshaped(emit, emit.of(node), node.shape, shape)

export const transpose = (emit: Emit, x: Name, perm: readonly number[]): Name =>
  perm.every((p, i) => p === i) ? x : emit('Transpose', [x], { perm })

/** A scalar of floats that takes part in an operator by broadcasting. */
export const number = (emit: Emit, value: number): Name => emit.scalar(value, 'float32')

/** `size` whole numbers from 0 on. */
export const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i)

/** Entry k along an axis of the result is entry `from[k]` of x. */
export const picks = (emit: Emit, x: Name, axis: number, from: readonly number[]): Name =>
  emit('Gather', [x, emit.constant(Int32Array.from(from), [from.length], 'int32')], { axis })

/** [n, ...spatial, c] -> [n, c, ...spatial]. */
export const toFirst = (emit: Emit, x: Name, rank: number): Name =>
  transpose(emit, x, [0, rank - 1, ...range(rank - 2).map(i => i + 1)])

/** [n, c, ...spatial] -> [n, ...spatial, c]. */
export const toLast = (emit: Emit, x: Name, rank: number): Name =>
  transpose(emit, x, [0, ...range(rank - 2).map(i => i + 2), 1])

/** The runtime is slow at rows that it repeats, if they are shorter than this. */
const LONG = 512

/**
 * An operator of two, one of which (number `row`, of shape `from`) is repeated along the leading axes of the other, of shape `shape`. A
 * short row is repeated beforehand, and the other seen as so many rows in one. One number is quickest without axes.
 */
export function withRow(
  emit: Emit,
  op: string,
  operands: readonly [Name, Name],
  { row, shape, from }: { row: 0 | 1; shape: readonly number[]; from: readonly number[] },
): Name {
  const n = sizeOf(from)
  const rows = sizeOf(shape) / n
  const ordered = (whole: Name, short: Name) => emit(op, row === 0 ? [short, whole] : [whole, short])
  const [whole, short] = row === 0 ? [operands[1], operands[0]] : operands
  if (n === 1) return ordered(whole, reshaped(emit, short, from, []))
  let times = 1
  while (rows >= 16 && times * n < LONG && rows % (2 * times) === 0) times *= 2
  if (times === 1) return ordered(whole, short)
  const wide = [rows / times, n * times]
  const long = emit('Tile', [reshaped(emit, short, from, [n]), emit.ints([times])])
  return reshaped(emit, ordered(reshaped(emit, whole, shape, wide), long), wide, shape)
}
