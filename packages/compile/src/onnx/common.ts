import type { Node } from '../graph.ts'
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
