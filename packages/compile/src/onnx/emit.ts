import type { DType, Node } from '../graph.ts'
import type { Device } from '../target.ts'
import type { ChooseForm } from './convolution/forms.ts'
import {
  type Attribute,
  type Data,
  type ElementType,
  encode,
  type ModelGraph,
  type ModelNode,
} from './encode.ts'

/** What an operator's result goes by in the model. */
export type Name = string

export type OnnxAttributes = { readonly [name: string]: Attribute }

/** How one tfjs kernel is written in ONNX operators: appends them and gives the name of the result, of the node's shape and type. */
export type Lowering = (node: Node, emit: Emit) => Name

/** Lowerings by the name of the kernel. */
export type Lowerings = { readonly [op: string]: Lowering }

/** Appends operators to a model. What is asked for twice is there once: operators and constants alike. */
export interface Emit {
  /** Appends an operator of ONNX and gives its (first) result. An empty name stands for an optional input that is left out. */
  (op: string, inputs: readonly Name[], attributes?: OnnxAttributes): Name
  /** The value of a node of the graph, lowered now if it is not there yet: nodes may be made up. */
  of(node: Node): Name
  /** An initializer. */
  constant(values: Data, shape: readonly number[], type: ElementType): Name
  /** An initializer of rank 0. */
  scalar(value: number, type?: ElementType): Name
  /** An initializer [n] of 64-bit integers, the type of ONNX's shapes and axes. */
  ints(values: readonly number[]): Name
  /** What the model will run on. */
  readonly device: Device
  /** How convolutions are written. */
  readonly form: ChooseForm
}

/** A kernel that has no lowering: whoever compiles a graph with it runs it eagerly instead. */
export class Unlowered extends Error {
  /** The kernel's name. */
  readonly op: string

  constructor(op: string, why = 'has no ONNX form here') {
    super(`kernel ${op} ${why}: run the step eagerly, or without what calls this kernel`)
    this.name = 'Unlowered'
    this.op = op
  }
}

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  double: Float64Array,
}

/** All bytes as characters: a key that only equal contents share. */
const latin1 = new TextDecoder('latin1')

/** A model that is being written. */
export interface Draft {
  readonly emit: Emit
  /** A graph input under this name. */
  input(node: Node, name: Name): void
  /** Tells what a node of the graph has become. */
  computed(node: Node, value: Name): void
  /** Shapes of what nodes of the graph have become, by name. */
  shapes(): ReadonlyMap<Name, readonly number[]>
  /** All that was written, with the values' final names. */
  graph(inputs: readonly Port[], outputs: readonly (Port & { readonly value: Name })[]): ModelGraph
  /** The same as the model's bytes. */
  finish(inputs: readonly Port[], outputs: readonly (Port & { readonly value: Name })[]): Uint8Array
}

/** An input or an output of a model. */
interface Port {
  readonly name: Name
  readonly shape: readonly number[]
  readonly type: DType
}

/** What a model is written for. */
export interface DraftOptions {
  readonly device?: Device
  readonly form?: ChooseForm
}

/**
 * Starts a model. Operators come to stand in the order in which they are emitted. Unless told otherwise it is one that every
 * runtime reads: in ONNX's own operators, on a processor of which nothing is known.
 */
export function draft(
  lowerings: Lowerings,
  { device = { kind: 'cpu' }, form = () => 'standard' }: DraftOptions = {},
): Draft {
  const nodes: ModelNode[] = []
  const initializers = new Map<
    string,
    { name: Name; shape: readonly number[]; type: ElementType; data: Data }
  >()
  const known = new Map<string, Name>()
  const values = new Map<Node, Name>()

  const made = new Map<Name, ModelNode>()

  const append = (op: string, given: readonly Name[], attributes: OnnxAttributes = {}): Name => {
    // Of several reshapes in a row only the last counts; what nobody needs then is left out in the end.
    const earlier = op === 'Reshape' ? made.get(given[0]!) : undefined
    const inputs = earlier?.op === 'Reshape' ? [earlier.inputs[0]!, ...given.slice(1)] : given
    const key = JSON.stringify([op, inputs, attributes])
    const before = known.get(key)
    if (before !== undefined) return before
    const name = `v${nodes.length}`
    const node = { op, inputs, outputs: [name], attributes }
    nodes.push(node)
    known.set(key, name)
    made.set(name, node)
    return name
  }

  const constant = (data: Data, shape: readonly number[], type: ElementType): Name => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const key = `${type}[${shape}]${latin1.decode(bytes)}`
    const name = initializers.get(key)?.name ?? `c${initializers.size}`
    initializers.set(key, { name, shape, type, data })
    return name
  }

  const emit: Emit = Object.assign(append, {
    of: (node: Node): Name => {
      const before = values.get(node)
      if (before !== undefined) return before
      const lowering = Object.hasOwn(lowerings, node.op) ? lowerings[node.op] : undefined
      if (!lowering) throw new Unlowered(node.op)
      const name = lowering(node, emit)
      values.set(node, name)
      return name
    },
    constant,
    scalar: (value: number, type: ElementType = 'float32') =>
      constant(type === 'int64' ? BigInt64Array.of(BigInt(value)) : arrays[type].of(value), [], type),
    ints: (list: readonly number[]) => constant(BigInt64Array.from(list, BigInt), [list.length], 'int64'),
    device,
    form,
  })

  const graph: Draft['graph'] = (inputs, outputs) => {
    // A value that is computed takes the first output's name; what else is an output is a copy.
    const final = new Map<Name, Name>()
    const copies: ModelNode[] = []
    for (const { value, name } of outputs) {
      if (made.has(value) && !final.has(value)) final.set(value, name)
      else copies.push({ op: 'Identity', inputs: [value], outputs: [name], attributes: {} })
    }
    const needed = new Set(outputs.map(({ value }) => value))
    const kept = nodes
      .toReversed()
      .filter(({ inputs: from, outputs: [name] }) => {
        if (!needed.has(name!)) return false
        for (const each of from) needed.add(each)
        return true
      })
      .reverse()
    const renamed = (names: readonly Name[]) => names.map(name => final.get(name) ?? name)
    return {
      nodes: [...kept, ...copies].map(node => ({
        ...node,
        inputs: renamed(node.inputs),
        outputs: renamed(node.outputs),
      })),
      initializers: [...initializers.values()].filter(({ name }) => needed.has(name)),
      inputs,
      outputs: outputs.map(({ name, shape, type }) => ({ name, shape, type })),
    }
  }

  return {
    emit,
    input: (node, name) => {
      values.set(node, name)
    },
    graph,
    computed: (node, value) => {
      values.set(node, value)
    },
    shapes: () => new Map([...values].map(([{ shape }, name]) => [name, shape])),
    finish: (inputs, outputs) => encode({ ...graph(inputs, outputs), empty: device.empty }),
  }
}
