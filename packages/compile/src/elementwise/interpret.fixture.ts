import '@tensorflow/tfjs-backend-cpu'
import { engine, type NamedTensorMap, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { type Attributes, type DType, type Graph, type Node, nodesOf, sizeOf } from '../graph.ts'
import { fuse } from './index.ts'

const one = ['x']
const two = ['a', 'b']

/** Names of the inputs of kernels that tests use. */
const names: { readonly [op: string]: readonly string[] } = {
  ...Object.fromEntries(
    ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Pow']
      .concat([
        'Greater',
        'GreaterEqual',
        'Less',
        'LessEqual',
        'Equal',
        'NotEqual',
        'LogicalAnd',
        'LogicalOr',
      ])
      .map(op => [op, two]),
  ),
  Select: ['condition', 't', 'e'],
  ExpandDims: ['input'],
}

/** A node, in short. */
export const node = (
  op: string,
  inputs: readonly Node[],
  {
    attributes = {},
    shape = inputs.reduce<readonly number[]>(
      (most, { shape }) => (sizeOf(shape) > sizeOf(most) || shape.length > most.length ? shape : most),
      [],
    ),
    dtype = 'float32',
  }: { attributes?: Attributes; shape?: readonly number[]; dtype?: DType } = {},
): Node => ({ op, inputs, attributes, shape, dtype })

/** The graph's outputs on tfjs's cpu backend, kernel by kernel. */
export async function interpret(graph: Graph, inputs: readonly Float32Array[]): Promise<Float32Array[]> {
  await setBackend('cpu')
  const results = tidy(() => {
    const tensors = new Map<Node, Tensor>(
      graph.inputs.map((node, i) => [node, tensor(inputs[i]!, [...node.shape], node.dtype)]),
    )
    for (const node of nodesOf(graph)) {
      if (tensors.has(node)) continue
      const { op, attributes, shape, dtype, values } = node
      if (op === 'Constant') {
        tensors.set(node, tensor(values!, [...shape], dtype))
        continue
      }
      const from = node.inputs.map(input => tensors.get(input)!)
      const given =
        op === 'AddN' ? from : Object.fromEntries((names[op] ?? one).map((name, i) => [name, from[i]!]))
      tensors.set(node, engine().runKernel(op, given as NamedTensorMap, attributes as never) as Tensor)
    }
    return graph.outputs.map(output => tensors.get(output)!)
  })
  const values = await Promise.all(results.map(async result => (await result.data()) as Float32Array))
  for (const result of results) result.dispose()
  return values
}

/** How tensors are laid out: every output in a place of its own, or (`over[i]`) where an input is. */
export interface Layout {
  readonly over?: readonly (number | undefined)[]
  readonly shared?: boolean
}

/** The graph's outputs by a kernel of ours, and whether anything was written where it may not be. */
export function compute(
  graph: Graph,
  inputs: readonly Float32Array[],
  { over = [], shared = false }: Layout = {},
): { outputs: Float32Array[]; strayed: boolean } {
  const padded = (node: Node) => Math.ceil((sizeOf(node.shape) * 4) / 64) * 64
  // Between tensors there are 64 bytes that nobody may touch.
  let end = 64
  const place = (node: Node) => {
    const at = end
    end += padded(node) + 64
    return at
  }
  const sources = graph.inputs.map(place)
  const targets = graph.outputs.map((output, i) =>
    over[i] === undefined ? place(output) : sources[over[i]]!,
  )
  const pages = Math.ceil(end / 65536)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared })
  const bytes = new Uint8Array(memory.buffer)
  const mark = 0xa5
  bytes.fill(mark)
  inputs.forEach((values, i) => {
    new Float32Array(memory.buffer, sources[i]!, values.length).set(values)
  })
  const wide = [...graph.inputs, ...graph.outputs].map(({ shape }) => sizeOf(shape))
  fuse([graph], memory)[0]!.run(Math.max(...wide), sources, targets)
  const outputs = graph.outputs.map((output, i) =>
    new Float32Array(memory.buffer, targets[i]!, sizeOf(output.shape)).slice(),
  )
  // What may have been written is marked again: any other mark that is gone was overwritten.
  graph.outputs.forEach((output, i) => {
    const size = sizeOf(output.shape) === 1 ? 4 : padded(output)
    bytes.fill(mark, targets[i]!, targets[i]! + size)
  })
  let strayed = false
  inputs.forEach((values, i) => {
    const at = sources[i]!
    if (targets.includes(at)) return
    strayed ||= new Float32Array(memory.buffer, at, values.length).some((x, j) => !Object.is(x, values[j]))
    bytes.fill(mark, at, at + values.byteLength)
  })
  return { outputs, strayed: strayed || bytes.some(byte => byte !== mark) }
}
