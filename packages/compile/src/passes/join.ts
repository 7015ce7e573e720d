import { type Graph, type Node, rewrite, sizeOf } from '../graph.ts'
import { call } from '../kernels.ts'

/** Parts of a tensor along an axis; what lies between them is zero. */
interface Parts {
  readonly axis: number
  /** Not overlapping. */
  readonly list: readonly { readonly from: number; readonly part: Node }[]
}

/** A padded node as one part. */
function padded({ op, inputs, attributes }: Node): Parts | undefined {
  if (op !== 'PadV2' || attributes.constantValue !== 0) return undefined
  const paddings = attributes.paddings as readonly (readonly [number, number])[]
  const axes = paddings.flatMap(([before, after], axis) => (before + after > 0 ? [axis] : []))
  if (axes.length !== 1) return undefined
  const axis = axes[0]!
  return { axis, list: [{ from: paddings[axis]![0], part: inputs[0]! }] }
}

/** The parts of both, if they do not overlap. */
function together(a: Parts, b: Parts): Parts | undefined {
  if (a.axis !== b.axis) return undefined
  const list = [...a.list, ...b.list].sort((x, y) => x.from - y.from)
  const apart = list.every(
    ({ from, part }, i) => from + part.shape[a.axis]! <= (list[i + 1]?.from ?? Infinity),
  )
  return apart ? { axis: a.axis, list } : undefined
}

/** A sum of parts that lie side by side in zeros, as gradients of slices are, is their concatenation. */
export function join(graph: Graph): Graph {
  const known = new Map<Node, Parts>()
  const partsOf = (node: Node): Parts | undefined => {
    const found = known.get(node) ?? padded(node)
    if (found) known.set(node, found)
    return found
  }
  return rewrite(graph, node => {
    if (node.op !== 'Add' || node.dtype !== 'float32') return node
    const [a, b] = node.inputs.map(partsOf)
    const parts = a && b && together(a, b)
    if (!parts || node.inputs.some(x => x.shape.join() !== node.shape.join())) return node
    const whole = parts.list.reduce((sum, { part }) => sum + sizeOf(part.shape), 0) === sizeOf(node.shape)
    if (whole)
      return call(
        'Concat',
        parts.list.map(({ part }) => part),
        { axis: parts.axis },
      )
    known.set(node, parts)
    return node
  })
}
