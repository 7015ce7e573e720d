import { type Graph, type Node, nodesOf, rewrite, usesOf } from '../graph.ts'
import { call } from '../kernels.ts'

/** Rectifiers: their results have the sign of what they are given, or are zero where that is not positive. */
const rectifies = ({ op, attributes }: Node) =>
  op === 'Relu' || (op === 'LeakyRelu' && (attributes.alpha as number) >= 0)

/** As tfjs's fused kernels call them. */
const fusedName = ({ op, attributes }: Node): object =>
  op === 'Relu'
    ? { activation: 'relu' }
    : { activation: 'leakyrelu', leakyreluAlpha: attributes.alpha as number }

/**
 * Rectifiers leave the sign alone, so that their derivative can be told from their result. What they are given is then needed no longer:
 * a convolution applies the rectifier itself, elsewhere the result takes its place.
 */
export function activation(graph: Graph): Graph {
  const rectified = new Map<Node, Node>()
  for (const node of nodesOf(graph)) {
    const x = node.inputs[0]
    if (rectifies(node) && !rectified.has(x!)) rectified.set(x!, node)
  }
  const made = new Map<Node, Node>()
  /** The one that stands for a rectifier of what was `x`. */
  const rectifierOf = (before: Node, x: Node): Node => {
    const node = made.get(before) ?? { ...before, inputs: [x] }
    made.set(before, node)
    return node
  }
  const signs = rewrite(graph, (node, before) => {
    const rectifier = rectified.get(before.inputs[0]!)
    if (rectifier === before) return rectifierOf(rectifier, node.inputs[0]!)
    if (node.op !== 'Step' || !rectifier) return node
    return { ...node, inputs: [rectifierOf(rectifier, node.inputs[0]!)] }
  })
  const uses = usesOf(signs)
  return rewrite(signs, (node, before) => {
    if (!rectifies(node) || uses.get(before.inputs[0]!) !== 1) return node
    const [x] = node.inputs
    const linear = x!.op === 'Conv2D' || (x!.op === 'FusedConv2D' && x!.attributes.activation === 'linear')
    return linear ? call('FusedConv2D', x!.inputs, { ...x!.attributes, ...fusedName(node) }) : node
  })
}
