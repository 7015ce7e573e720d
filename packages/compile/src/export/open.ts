import type { Data, Initializer, ModelGraph, ModelNode } from '../onnx/encode.ts'

/** A model for a number of rows. */
export interface SizedModel {
  readonly rows: number
  readonly graph: ModelGraph
}

/** Operators and constants of a model. */
type Part = Pick<ModelGraph, 'nodes' | 'initializers'>

/** How a format counts rows when the model runs. */
export interface Counting {
  /** A constant that holds whole numbers [n], as shapes are written. */
  ints(name: string, values: readonly number[]): Initializer
  /** Operators that give the vector `shape` = rows * slopes + offsets, with rows the first size of `input`. */
  shape(given: {
    readonly input: string
    readonly slopes: string
    readonly offsets: string
    readonly shape: string
  }): Part
}

/** Why a model has a number of rows of its own. */
export class FixedBatch extends Error {
  override readonly name = 'FixedBatch'
}

type Three<T> = readonly [T, T, T]

const same = (a: Data, b: Data) => a === b || (a.length === b.length && a.every((x, i) => x === b[i]))

/** Entries as functions of the number of rows, if they are straight lines of whole numbers. */
function lines(data: Three<Data>, rows: Three<number>) {
  const [from, to, third] = data.map(each => Array.from(each as ArrayLike<number | bigint>, Number)) as [
    number[],
    number[],
    number[],
  ]
  const slopes = from.map((x, k) => (to[k]! - x) / (rows[1] - rows[0]))
  const offsets = from.map((x, k) => x - slopes[k]! * rows[0])
  const straight = third.every((x, k) => x === slopes[k]! * rows[2] + offsets[k]!)
  return straight && [...slopes, ...offsets].every(Number.isInteger) ? { slopes, offsets } : undefined
}

/**
 * One model for any number of rows, from the same function written for three numbers of rows. The three must have the same
 * operators and differ in nothing but vectors of whole numbers, which are shapes: two of them give each entry as slope * rows + offset,
 * and the third must lie on that line. Such a shape gets a -1 where a Reshape finds out the rest, and else is computed when the model
 * runs. Throws `FixedBatch` if they differ in anything else.
 */
export function openBatch(models: Three<SizedModel>, counting: Counting): ModelGraph {
  const { graph } = models[0]
  const rows = models.map(model => model.rows) as unknown as Three<number>
  const structure = ({ nodes, initializers, outputs }: ModelGraph) =>
    JSON.stringify([
      nodes,
      initializers.map(({ name, type }) => [name, type]),
      outputs.map(({ name }) => name),
    ])
  if (models.some(model => structure(model.graph) !== structure(graph)))
    throw new FixedBatch('its operators depend on the number of rows')

  const open = (own: Initializer, data: Three<Data>): Part => {
    if (data.every(each => same(each, data[0]))) return { nodes: [], initializers: [own] }
    const { name, type, shape } = own
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(name))
    const isVector = shape.length === 1 && (type === 'int32' || type === 'int64')
    const entries =
      isVector && data.every(({ length }) => length === data[0].length) ? lines(data, rows) : undefined
    if (!entries)
      throw new FixedBatch(
        `${[...new Set(readers.map(({ op }) => op))].join(', ')} takes numbers that depend on the number of rows`,
      )
    const { slopes, offsets } = entries
    const free = [...slopes.keys()].filter(k => slopes[k] !== 0)
    const reshapes = readers.every(({ op, inputs }) => op === 'Reshape' && inputs.indexOf(name) === 1)
    if (reshapes && free.length === 1 && offsets[free[0]!] === 0)
      return {
        nodes: [],
        initializers: [
          counting.ints(
            name,
            offsets.map((x, k) => (k === free[0] ? -1 : x)),
          ),
        ],
      }
    const names = { slopes: `${name}/slopes`, offsets: `${name}/offsets` }
    const counted = counting.shape({ input: graph.inputs[0]!.name, ...names, shape: name })
    return {
      nodes: counted.nodes,
      initializers: [
        counting.ints(names.slopes, slopes),
        counting.ints(names.offsets, offsets),
        ...counted.initializers,
      ],
    }
  }
  const parts = graph.initializers.map((own, i) =>
    open(own, models.map(model => model.graph.initializers[i]!.data) as unknown as Three<Data>),
  )
  // What all of them need (the number of rows) is there once.
  const once = <T>(list: readonly T[], name: (each: T) => string) => [
    ...new Map(list.map(each => [name(each), each])).values(),
  ]
  const any = <P extends ModelGraph['inputs'][number]>(ports: readonly P[]) =>
    ports.map(port => ({ ...port, shape: ['batch', ...port.shape.slice(1)] }))
  return {
    ...graph,
    nodes: [
      ...once(
        parts.flatMap(part => part.nodes),
        (node: ModelNode) => node.outputs[0]!,
      ),
      ...graph.nodes,
    ],
    initializers: once(
      parts.flatMap(part => part.initializers),
      each => each.name,
    ),
    inputs: any(graph.inputs),
    outputs: any(graph.outputs),
  }
}
