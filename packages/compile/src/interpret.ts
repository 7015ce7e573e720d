import { engine, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { type Graph, type Node, nodesOf } from './graph.ts'
import { kernels } from './kernels.ts'

/** Computes one node on the current backend from its inputs. */
export function compute(node: Node, inputs: readonly Tensor[]): Tensor {
  if (node.op === 'Constant') return tensor(node.values! as Float32Array, [...node.shape], node.dtype)
  const names = kernels[node.op]!.inputs
  const named = names === 'list' ? inputs : Object.fromEntries(names.map((name, i) => [name, inputs[i]!]))
  return engine().runKernel(node.op, named as unknown as NamedTensorMap, node.attributes as never) as Tensor
}

/** Computes a graph kernel by kernel on the current backend. Intermediate tensors belong to the caller's scope. */
export function interpret(graph: Graph, tensors: readonly Tensor[]): Tensor[] {
  const values = new Map<Node, Tensor>(graph.inputs.map((node, i) => [node, tensors[i]!]))
  for (const node of nodesOf(graph))
    if (!values.has(node))
      values.set(
        node,
        compute(
          node,
          node.inputs.map(from => values.get(from)!),
        ),
      )
  return graph.outputs.map(node => values.get(node)!)
}
