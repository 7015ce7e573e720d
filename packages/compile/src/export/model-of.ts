import { type Graph, nodesOf } from '../graph.ts'
import { draft, type Lowerings } from '../onnx/emit.ts'
import type { Data, ModelGraph } from '../onnx/encode.ts'
import { type Counting, openBatch } from './open.ts'
import { graphOf, type HostWeights, hostWeights, type RowFunction } from './row-function.ts'

/** What may be told to exports. */
export interface ExportOptions {
  /** Rows of every run; absent: any number. */
  readonly batch?: number | undefined
  /** What the file should say of itself, by name. */
  readonly metadata?: { readonly [name: string]: string }
}

/** A graph in operators of a format, with names for its inputs and its output. */
export function written(
  graph: Graph,
  inputs: readonly string[],
  output: string,
  lowerings: Lowerings,
): ModelGraph {
  // A GPU's choices are ONNX's standard forms, which every runtime has.
  const { emit, input, graph: finished } = draft(lowerings, { device: { kind: 'gpu' } })
  graph.inputs.forEach((node, i) => {
    input(node, inputs[i]!)
  })
  for (const node of nodesOf(graph)) if (node.op !== 'Constant') emit.of(node)
  const result = graph.outputs[0]!
  const model = finished(
    graph.inputs.map(({ shape, dtype }, i) => ({ name: inputs[i]!, shape, type: dtype })),
    [{ value: emit.of(result), name: output, shape: result.shape, type: result.dtype }],
  )
  const read = new Set(model.nodes.flatMap(node => node.inputs))
  return { ...model, initializers: model.initializers.filter(({ name }) => read.has(name)) }
}

/** The model with weights under their own names. */
function withNames(model: ModelGraph, weights: HostWeights): ModelGraph {
  const paths = new Map<Data, string>([...weights].map(([path, values]) => [values, path]))
  const own = new Map(model.initializers.map(({ name, data }) => [name, paths.get(data) ?? name]))
  const named = (name: string) => own.get(name) ?? name
  return {
    ...model,
    nodes: model.nodes.map(node => ({ ...node, inputs: node.inputs.map(named) })),
    initializers: model.initializers.map(each => ({ ...each, name: named(each.name) })),
  }
}

/** Numbers of rows by which a model that is open to any number is found: primes, which are sizes of nothing else. */
const SIZES = [11, 13, 17] as const

/**
 * A function of rows in operators of a format, for `batch` rows or for any number of them. Throws `FixedBatch` if it cannot be open,
 * `Unlowered` at a kernel that the format has no operators for, `Untraceable` as `trace` does.
 */
export async function modelOf(
  f: RowFunction,
  batch: number | undefined,
  lowerings: Lowerings,
  counting: Counting,
): Promise<ModelGraph> {
  if (batch !== undefined && !(Number.isSafeInteger(batch) && batch >= 1))
    throw new Error(`export: batch must be a whole number >= 1, got ${batch}`)
  const weights = await hostWeights(f)
  const sized = async (n: number) =>
    withNames(written(await graphOf(f, n, weights), Object.keys(f.inputs), f.output, lowerings), weights)
  if (batch !== undefined) return sized(batch)
  const [a, b, c] = SIZES
  return openBatch(
    [
      { rows: a, graph: await sized(a) },
      { rows: b, graph: await sized(b) },
      { rows: c, graph: await sized(c) },
    ],
    counting,
  )
}
