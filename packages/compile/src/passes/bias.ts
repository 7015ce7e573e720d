import { type Graph, type Node, rewrite, sizeOf, usesOf } from '../graph.ts'
import { call } from '../kernels.ts'

/** Kernels that can add a bias, and what they are called then. */
const fused: { readonly [op: string]: string } = { BatchMatMul: '_FusedMatMul', Conv2D: 'FusedConv2D' }

/** A node as the bias of a product with `channels`: a vector, or one with axes of size one before it. */
function biasOf(node: Node, channels: number): Node | undefined {
  if (sizeOf(node.shape) !== channels || node.shape.at(-1) !== channels) return undefined
  return node.shape.length === 1 ? node : call('Reshape', [node], { shape: [channels] })
}

/**
 * A vector that is added to every row of a product, or to every pixel of a convolution, is added by the kernel itself where nothing
 * else needs the result without it: one pass over memory less.
 */
export function bias(graph: Graph): Graph {
  const uses = usesOf(graph)
  const once = new Set<Node>()
  return rewrite(graph, (node, before) => {
    if (uses.get(before) === 1) once.add(node)
    if (node.op !== 'Add' || node.dtype !== 'float32') return node
    for (const [product, other] of [node.inputs, node.inputs.toReversed()] as [Node, Node][]) {
      const op = fused[product.op]
      // A product of vectors is as quick without, and a scalar is added as fast.
      const channels = product.shape.at(-1)!
      if (op === undefined || !once.has(product) || channels === 1) continue
      if (product.shape.join() !== node.shape.join() || other.dtype !== 'float32') continue
      const vector = biasOf(other, channels)
      if (vector) return call(op, [...product.inputs, vector], product.attributes)
    }
    return node
  })
}
