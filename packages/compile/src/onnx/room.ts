import { sizeOf } from '../graph.ts'
import type { Attribute, ModelGraph, ModelNode } from './encode.ts'

type Shape = readonly number[]

/** What is known of a value: its shape, and its numbers if it is a constant of whole numbers. */
export interface Known {
  readonly shape: Shape
  readonly ints?: readonly number[]
}

/** The shape of what is computed element by element, where smaller operands are repeated. */
export const broadcast = (...shapes: readonly Shape[]): Shape => {
  const rank = Math.max(0, ...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, i) =>
    Math.max(...shapes.map(shape => shape[shape.length - rank + i] ?? 1)),
  )
}

type Attributes = ModelNode['attributes']

/** Entry i of an attribute that is a list. */
const at = (attribute: Attribute | undefined, i: number, otherwise: number): number =>
  (Array.isArray(attribute) ? (attribute as readonly number[])[i] : undefined) ?? otherwise
const whole = (attribute: Attribute | undefined, otherwise: number): number =>
  typeof attribute === 'number' ? attribute : otherwise

/** Of windows of this size: how far they reach along axis i, how far they move, how much is around the images. */
const windowOf = (size: Shape, { strides, dilations, pads }: Attributes, i: number) => ({
  reach: (size[i]! - 1) * at(dilations, i, 1) + 1,
  stride: at(strides, i, 1),
  around: at(pads, i, 0) + at(pads, size.length + i, 0),
})

const positions = (images: Shape, size: Shape, attributes: Attributes): Shape =>
  images.slice(2).map((n, i) => {
    const { reach, stride, around } = windowOf(size, attributes, i)
    return Math.floor((n + around - reach) / stride) + 1
  })

/** The shape of what an operator gives; none where numbers are not known that decide it. */
type Rule = (inputs: readonly Known[], attributes: Attributes) => Shape | undefined

const convolved: Rule = ([x, filter], attributes) => [
  x!.shape[0]!,
  filter!.shape[0]!,
  ...positions(x!.shape, filter!.shape.slice(2), attributes),
]

const pooled: Rule = ([x], attributes) => [
  ...x!.shape.slice(0, 2),
  ...positions(x!.shape, attributes.kernel_shape as Shape, attributes),
]

const transposed: Rule = ([x, filter], attributes) => {
  const size = x!.shape.slice(2).map((n, i) => {
    const { reach, stride, around } = windowOf(filter!.shape.slice(2), attributes, i)
    return (n - 1) * stride + reach - around + at(attributes.output_padding, i, 0)
  })
  return [x!.shape[0]!, filter!.shape[1]! * whole(attributes.group, 1), ...size]
}

const padded: Rule = ([x, pads, , axes]) => {
  const around = pads?.ints
  if (!around) return undefined
  const shape = [...x!.shape]
  for (let i = 0; i < around.length / 2; i++)
    shape[axes?.ints?.[i] ?? i]! += around[i]! + around[around.length / 2 + i]!
  return shape
}

const sliced: Rule = ([x, starts, ends, axes, steps]) => {
  if (!starts?.ints || !ends?.ints) return undefined
  const shape = [...x!.shape]
  starts.ints.forEach((start, i) => {
    const axis = axes?.ints?.[i] ?? i
    const n = x!.shape[axis]!
    const within = (k: number) => Math.min(n, Math.max(-1, k < 0 ? k + n : k))
    const length = within(ends.ints![i]!) - within(start)
    shape[axis] = Math.max(0, Math.ceil(length / (steps?.ints?.[i] ?? 1)))
  })
  return shape
}

/** Shapes of what operators give that do not compute element by element, as far as lowerings put them between kernels. */
const rules: { readonly [op: string]: Rule } = {
  Reshape: ([, to]) => to?.ints,
  Transpose: ([x], { perm }) => (perm as readonly number[]).map(axis => x!.shape[axis]!),
  Gather: ([x, indices], { axis }) => x!.shape.toSpliced(whole(axis, 0), 1, ...indices!.shape),
  Slice: sliced,
  Pad: padded,
  Concat: (inputs, { axis }) => {
    const along = inputs.map(({ shape }) => shape.at(whole(axis, 0))!)
    return inputs[0]!.shape.with(
      whole(axis, 0),
      along.reduce((a, b) => a + b),
    )
  },
  Expand: ([x, to]) => to?.ints && broadcast(x!.shape, to.ints),
  Tile: ([x, times]) => times?.ints && x!.shape.map((n, i) => n * times.ints![i]!),
  MatMul: ([a, b]) => [
    ...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)),
    // A vector has no axis of its own in the product.
    ...(a!.shape.length > 1 ? [a!.shape.at(-2)!] : []),
    ...(b!.shape.length > 1 ? [b!.shape.at(-1)!] : []),
  ],
  Gemm: ([a, b], { transA, transB }) => [a!.shape[whole(transA, 0)]!, b!.shape[1 - whole(transB, 0)]!],
  Conv: convolved,
  'com.microsoft.nchwc:Conv': convolved,
  ConvTranspose: transposed,
  AveragePool: pooled,
  MaxPool: pooled,
  'com.microsoft.nchwc:AveragePool': pooled,
  'com.microsoft.nchwc:MaxPool': pooled,
  'com.microsoft.nchwc:ReorderInput': ([x]) => [0, 3, 1, 2].map(axis => x!.shape[axis]!),
  'com.microsoft.nchwc:ReorderOutput': ([x], { channels }) => [
    ...[0, 2, 3].map(axis => x!.shape[axis]!),
    whole(channels, 0),
  ],
}

/** The shape of what a node gives from its inputs, where this follows from them. */
export const shapeFrom = ({ op, attributes }: ModelNode, inputs: readonly Known[]): Shape | undefined =>
  rules[op]?.(inputs, attributes)

/** Operators whose results are views of their first input. */
const views = new Set(['Reshape', 'Identity'])

/** Operators whose results are bools, of one byte each. */
const asks = new Set(['Less', 'Greater', 'Equal', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'])

/**
 * Nodes in the order in which ONNX Runtime runs them: each after its inputs, depth first, from the last of those that no other needs,
 * and among a node's inputs from the last (`GraphViewer` and `ReverseDFSFrom` in onnxruntime/core/graph).
 */
export function asRun(nodes: readonly ModelNode[]): ModelNode[] {
  const makers = new Map(nodes.flatMap((node, i) => node.outputs.map(name => [name, i] as const)))
  const needs = nodes.map(({ inputs }) =>
    [...new Set(inputs.flatMap(name => makers.get(name) ?? []))].sort((a, b) => a - b),
  )
  const needed = new Set(needs.flat())
  const stack = nodes.flatMap((_, i) => (needed.has(i) ? [] : [{ i, left: false }]))
  const entered = new Set<number>()
  const order: ModelNode[] = []
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { i, left } = top
    if (left) order.push(nodes[i]!)
    else if (!entered.has(i)) {
      entered.add(i)
      stack.push({ i, left: true }, ...needs[i]!.map(from => ({ i: from, left: false })))
    }
  }
  return order
}

/** What is known of inputs and constants. */
export function givenIn({
  inputs,
  initializers,
}: Pick<ModelGraph, 'inputs' | 'initializers'>): Map<string, Known> {
  const known = new Map<string, Known>()
  for (const { name, shape } of inputs) known.set(name, { shape: shape as Shape })
  for (const { name, shape, data } of initializers)
    known.set(name, {
      shape,
      ...((data instanceof BigInt64Array || data instanceof Int32Array) && {
        ints: Array.from(data, Number),
      }),
    })
  return known
}

/**
 * Bytes of a model's own values that are alive at once at most, besides its inputs, outputs and constants. `shapes` are of values that are
 * known already, others' follow from what they are computed from.
 */
export function roomOf(graph: ModelGraph, shapes: ReadonlyMap<string, Shape> = new Map()): number {
  const nodes = asRun(graph.nodes)
  const known = givenIn(graph)
  const owners = new Map<string, string>()
  const ownerOf = (name: string) => owners.get(name) ?? name
  const last = new Map<string, number>()
  nodes.forEach(({ op, inputs, outputs }, i) => {
    if (views.has(op)) owners.set(outputs[0]!, ownerOf(inputs[0]!))
    for (const name of inputs) last.set(ownerOf(name), i)
  })
  const outside = new Set(graph.outputs.map(({ name }) => name))
  const alive = new Map<string, number>()
  let now = 0
  let most = 0
  nodes.forEach((node, i) => {
    const { op, inputs, outputs } = node
    const name = outputs[0]!
    const given = inputs.map(from => known.get(from) ?? { shape: [] })
    const shape = shapes.get(name) ?? shapeFrom(node, given) ?? broadcast(...given.map(each => each.shape))
    known.set(name, { shape })
    const ending = new Set(inputs.map(ownerOf).filter(from => last.get(from) === i && alive.has(from)))
    const end = (from: string) => {
      now -= alive.get(from)!
      alive.delete(from)
      ending.delete(from)
    }
    if (!views.has(op) && !outside.has(name)) {
      const bytes = (asks.has(op) ? 1 : 4) * sizeOf(shape)
      // What is computed element by element takes the place of an input that nothing else needs.
      const replaced = rules[op] ? undefined : [...ending].find(from => alive.get(from) === bytes)
      if (replaced !== undefined) end(replaced)
      alive.set(name, bytes)
      now += bytes
      most = Math.max(most, now)
    }
    for (const from of ending) end(from)
  })
  return most
}
