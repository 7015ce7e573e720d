/**
 * A traced computation: an acyclic graph of tfjs kernels. Nodes are plain values that point at what they are computed from; each
 * gives one tensor, and is never changed once made. What nothing points at is not there.
 *
 * @module
 */

export type DType = 'float32' | 'int32' | 'bool'

/** A kernel's attributes as tfjs names them: plain data. */
export type Attributes = { readonly [name: string]: unknown }

/** The data of a constant: float32 as Float32Array, int32 as Int32Array, bool as Uint8Array. */
export type Values = Float32Array | Int32Array | Uint8Array

/** One tensor, and how it is computed. */
export interface Node {
  /** The name of a tfjs kernel; `Input` and `Constant` are ours. */
  readonly op: string
  /** In the order of `kernels[op].inputs`. */
  readonly inputs: readonly Node[]
  readonly attributes: Attributes
  readonly shape: readonly number[]
  readonly dtype: DType
  /** Of a constant. */
  readonly values?: Values
}

/** A function of tensors. `inputs` are nodes with op `Input`, all of them, used or not. */
export interface Graph {
  readonly inputs: readonly Node[]
  readonly outputs: readonly Node[]
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

export const input = (shape: readonly number[], dtype: DType = 'float32'): Node => ({
  op: 'Input',
  inputs: [],
  attributes: {},
  shape,
  dtype,
})

export const constant = (values: Values, shape: readonly number[], dtype: DType): Node => ({
  op: 'Constant',
  inputs: [],
  attributes: {},
  shape,
  dtype,
  values,
})

/** All nodes that the outputs need, each after its inputs. Deep chains do not overflow the stack. */
export function nodesOf({ outputs }: Pick<Graph, 'outputs'>): Node[] {
  const order: Node[] = []
  const done = new Set<Node>()
  const stack: { node: Node; next: number }[] = []
  for (const output of outputs) {
    if (!done.has(output)) stack.push({ node: output, next: 0 })
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const from = top.node.inputs[top.next++]
      if (from === undefined) {
        stack.pop()
        if (!done.has(top.node)) {
          done.add(top.node)
          order.push(top.node)
        }
      } else if (!done.has(from)) stack.push({ node: from, next: 0 })
    }
  }
  return order
}

/** How often each node is used: as an input of a node that the outputs need, or as an output. */
export function usesOf(graph: Graph): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>()
  const count = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1)
  for (const node of nodesOf(graph)) node.inputs.forEach(count)
  graph.outputs.forEach(count)
  return uses
}

/**
 * The graph made anew from its inputs to its outputs: `change` is shown each node with its inputs already replaced, and as it
 * was, and gives what stands in its place (the node itself to leave it). Inputs stay as they are.
 */
export function rewrite(graph: Graph, change: (node: Node, before: Node) => Node): Graph {
  const made = new Map<Node, Node>()
  for (const node of nodesOf(graph)) {
    if (node.op === 'Input') {
      made.set(node, node)
      continue
    }
    const inputs = node.inputs.map(from => made.get(from)!)
    const now = inputs.every((from, i) => from === node.inputs[i]) ? node : { ...node, inputs }
    made.set(node, change(now, node))
  }
  return { inputs: graph.inputs, outputs: graph.outputs.map(node => made.get(node)!) }
}
