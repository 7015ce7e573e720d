import type { Node } from '../../graph.ts'

// tfjs has no grouped convolution; a network composes one of convolutions of parts. Its gradients are composed in the same way, those
// in the input and in the filter as well: parts of both operands, side by side along the last axis. One kernel for all groups spares
// cutting and joining.

const kernels = new Set(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'])

/** A convolution in groups, or one of its gradients: the kernel and its whole operands. */
export interface Grouped {
  readonly op: string
  readonly operands: readonly [Node, Node]
  readonly groups: number
  /** Of the kernels of the parts. */
  readonly attributes: Node['attributes']
  /** The kernels of the parts, and the slices that they read. */
  readonly parts: readonly Node[]
}

/** Whose i-th of equal parts along the last axis every node is, if they are. */
function wholeOf(slices: readonly Node[]): Node | undefined {
  const whole = slices[0]!.inputs[0]
  const size = slices[0]!.shape.at(-1)!
  const last = slices[0]!.shape.length - 1
  if (!whole || whole.shape.at(-1) !== size * slices.length) return undefined
  const fits = (node: Node, i: number) =>
    node.op === 'Slice' &&
    node.inputs[0] === whole &&
    node.shape.every((n, axis) => n === (axis === last ? size : whole.shape[axis])) &&
    (node.attributes.begin as readonly number[]).every((at, axis) => at === (axis === last ? i * size : 0))
  return slices.every(fits) ? whole : undefined
}

/** What of the attributes must be the same in all parts; shapes that they also tell follow from the operands. */
const shared = ({ attributes }: Node) => {
  const { inputShape, filterShape, ...rest } = attributes
  return rest
}

/** A node as a convolution in groups, if it is one. */
export function groupedOf(node: Node): Grouped | undefined {
  const [first] = node.inputs
  if (node.op !== 'Concat' || node.attributes.axis !== 3 || node.inputs.length < 2 || !kernels.has(first!.op))
    return undefined
  const attributes = shared(first!)
  const alike = (other: Node) =>
    other.op === first!.op &&
    other.shape.join() === first!.shape.join() &&
    JSON.stringify(shared(other)) === JSON.stringify(attributes)
  if (!node.inputs.every(alike)) return undefined
  const operands = [0, 1].map(i => wholeOf(node.inputs.map(part => part.inputs[i]!)))
  if (!operands[0] || !operands[1]) return undefined
  return {
    op: first!.op,
    operands: [operands[0], operands[1]],
    groups: node.inputs.length,
    attributes,
    parts: [...node.inputs, ...node.inputs.flatMap(part => part.inputs)],
  }
}
