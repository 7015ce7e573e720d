import { backend_util } from '@tensorflow/tfjs-core'
import type { Attributes, DType, Node } from '../graph.ts'

/** What is known of a tensor that has no numbers yet. */
export interface Outline {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** What a tfjs kernel with one output does to shapes and types. */
export interface Kernel {
  /** Names of the inputs, in the order of a node's `inputs`; 'list' for a kernel that takes any number of them. */
  readonly inputs: readonly string[] | 'list'
  /**
   * The outline of its output, and its attributes in normal form: plain data of which nothing is left to be worked out, with which
   * the kernel runs on every backend. Throws where the kernel would.
   */
  readonly rule: (
    inputs: readonly Outline[],
    attributes: Attributes,
  ) => Outline & { readonly attributes: Attributes }
}

export type Kernels = { readonly [op: string]: Kernel }

/** Makes a node of a kernel, with its shape, type and normal attributes. */
export type Call = (op: string, inputs: readonly Node[], attributes?: Attributes) => Node

/** How a kernel is recorded as nodes of other kernels. */
export interface Expansion {
  readonly inputs: readonly string[] | 'list'
  /** All outputs of the kernel. Inputs that were left out are undefined. */
  readonly expand: (
    inputs: readonly (Node | undefined)[],
    attributes: Attributes,
    call: Call,
  ) => readonly Node[]
}

export type Expansions = { readonly [op: string]: Expansion }

/** An outline, and attributes if there are any. */
type Outcome = Outline & { readonly attributes?: Attributes }

/** What a rule says and no more: an outline that it hands on may be a whole node. */
const only = ({ shape, dtype, attributes = {} }: Outcome) => ({ shape, dtype, attributes })

/** A kernel by names of its inputs and its rule. */
export const kernel = <const Names extends readonly string[], Attrs = object>(
  inputs: Names,
  rule: (inputs: { readonly [K in keyof Names]: Outline }, attributes: Attrs) => Outcome,
): Kernel => ({
  inputs,
  rule: (given, attributes) =>
    only(rule(given as unknown as { readonly [K in keyof Names]: Outline }, attributes as Attrs)),
})

/** A kernel that takes any number of inputs. */
export const listKernel = <Attrs = object>(
  rule: (inputs: readonly [Outline, ...Outline[]], attributes: Attrs) => Outcome,
): Kernel => ({
  inputs: 'list',
  rule: (given, attributes) =>
    only(rule(given as unknown as readonly [Outline, ...Outline[]], attributes as Attrs)),
})

/** The same kernel under several names. */
export const each = (names: string, kernel: Kernel): Kernels =>
  Object.fromEntries(names.split(' ').map(name => [name, kernel]))

/** An axis counted from the first. */
export function axisOf(axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) throw new Error(`there is no axis ${axis} in a tensor of rank ${rank}`)
  return axis < 0 ? axis + rank : axis
}

/** Axes counted from the first, in rising order; all if none are given. */
export const axesOf = (axis: number | readonly number[] | null | undefined, rank: number): number[] =>
  axis == null
    ? Array.from({ length: rank }, (_, i) => i)
    : [...new Set([axis].flat().map(a => axisOf(a as number, rank)))].sort((a, b) => a - b)

/** The shape to which both are broadcast. */
export const broadcast = (a: readonly number[], b: readonly number[]): number[] =>
  backend_util.assertAndGetBroadcastShape([...a], [...b])
