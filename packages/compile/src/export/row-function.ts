import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { constant, type Graph, type Node, nodesOf, rewrite, sizeOf, type Values } from '../graph.ts'
import { interpret } from '../interpret.ts'
import type { Outline } from '../kernels.ts'
import { optimize } from '../passes/index.ts'
import { trace } from '../trace.ts'

/** A function of rows that do not see each other: n rows of each input give n rows of the output. */
export interface RowFunction {
  /** Inputs by name: shape of one row, and type. */
  readonly inputs: { readonly [name: string]: Outline }
  /** The output's name. */
  readonly output: string
  /** The tensors that it computes with besides, by the names that they will have in the file. */
  readonly weights: { readonly [name: string]: Tensor }
  /** From inputs [n, ...shape] and weights, in the order above. */
  apply(rows: readonly Tensor[], weights: readonly Tensor[]): Tensor
}

/** The weights' numbers, by name. */
export type HostWeights = ReadonlyMap<string, Values>

/** Reads the weights from their backend. */
export async function hostWeights({ weights }: RowFunction): Promise<HostWeights> {
  const read = Object.entries(weights).map(async ([name, tensor]) => [name, await tensor.data()] as const)
  return new Map((await Promise.all(read)) as [string, Values][])
}

const outlineOf = ({ shape, dtype }: Tensor) => ({ shape, dtype }) as Outline

/** A graph with constants in place of some of its inputs. */
function bind(graph: Graph, bound: ReadonlyMap<Node, Node>): Graph {
  const replaced = (node: Node) => bound.get(node) ?? node
  return rewrite(
    { inputs: graph.inputs.filter(node => !bound.has(node)), outputs: graph.outputs.map(replaced) },
    node =>
      node.inputs.some(from => bound.has(from)) ? { ...node, inputs: node.inputs.map(replaced) } : node,
  )
}

/**
 * What depends on constants alone is computed now, on the current backend, unless it is larger than what it is computed from
 * (tiled, broadcast).
 */
async function fold(graph: Graph): Promise<Graph> {
  const fixed = new Set<Node>()
  const nodes = nodesOf(graph)
  for (const node of nodes) {
    const from = node.inputs.reduce((size, input) => size + sizeOf(input.shape), 0)
    const computed =
      node.inputs.length > 0 && node.inputs.every(input => fixed.has(input)) && sizeOf(node.shape) <= from
    if (node.op === 'Constant' || computed) fixed.add(node)
  }
  const readers = nodes.filter(node => !fixed.has(node)).flatMap(({ inputs }) => inputs)
  const wanted = [...new Set([...readers, ...graph.outputs])].filter(
    node => fixed.has(node) && node.op !== 'Constant',
  )
  const tensors = tidy(() => interpret({ inputs: [], outputs: wanted }, []))
  const values = await Promise.all(tensors.map(tensor => tensor.data()))
  for (const tensor of tensors) tensor.dispose()
  return bind(
    graph,
    new Map(wanted.map((node, i) => [node, constant(values[i] as Values, node.shape, node.dtype)])),
  )
}

/** The function as a graph for n rows, simplified, its weights constants. */
export async function graphOf(f: RowFunction, n: number, weights: HostWeights): Promise<Graph> {
  const rows = Object.values(f.inputs)
  const own = Object.values(f.weights)
  const graph = trace(
    tensors => [f.apply(tensors.slice(0, rows.length), tensors.slice(rows.length))],
    [...rows.map(({ shape, dtype }) => ({ shape: [n, ...shape], dtype })), ...own.map(outlineOf)],
  )
  const values = [...weights.values()]
  const constants = own.map((tensor, i) => constant(values[i]!, tensor.shape, outlineOf(tensor).dtype))
  return fold(
    optimize(bind(graph, new Map(constants.map((node, i) => [graph.inputs[rows.length + i]!, node])))),
  )
}
