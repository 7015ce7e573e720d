import { constant, type Graph, type Node, rewrite, sizeOf } from '../graph.ts'

const { fround } = Math

/** What kernels do to numbers that are the same in every element, in float32. */
const unary: { readonly [op: string]: (x: number) => number } = {
  Neg: x => -x,
  Abs: Math.abs,
  Square: x => fround(x * x),
  Sqrt: x => fround(Math.sqrt(x)),
  Reciprocal: x => fround(1 / x),
}

const binary: { readonly [op: string]: (a: number, b: number) => number } = {
  Add: (a, b) => fround(a + b),
  Sub: (a, b) => fround(a - b),
  Multiply: (a, b) => fround(a * b),
  RealDiv: (a, b) => fround(a / b),
  Maximum: Math.max,
  Minimum: Math.min,
}

/** Kernels whose output holds nothing but elements of their first input. */
const moves = new Set([
  'Identity',
  'Reshape',
  'ExpandDims',
  'Squeeze',
  'Transpose',
  'Tile',
  'BroadcastTo',
  'Slice',
  'StridedSlice',
  'Reverse',
  'GatherV2',
])

/** Kernels in which a scalar stands for a tensor of any shape. */
const broadcasting = new Set([
  ...Object.keys(binary),
  'SquaredDifference',
  'Pow',
  'FloorDiv',
  'Mod',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Equal',
  'NotEqual',
])

/** The one number that every element of a float32 constant is, if it is one. */
export function uniformOf({ op, dtype, values }: Node): number | undefined {
  if (op !== 'Constant' || dtype !== 'float32' || !values || values.length === 0) return undefined
  const first = values[0]!
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return undefined
  return first
}

/**
 * Constant and broadcast folding: tensors known to hold one number in every element (ones of a gradient's start, zeros, decays)
 * become constants, computed here, and where a scalar broadcasts it takes the place of the whole tensor.
 */
export function uniform(graph: Graph): Graph {
  // Known numbers of nodes that are not (yet) constants: materialised only where a full tensor is needed.
  const known = new Map<Node, number>()
  const numberOf = (node: Node): number | undefined => {
    const found = known.get(node) ?? uniformOf(node)
    if (found !== undefined) known.set(node, found)
    return found
  }
  const scalar = (value: number) => constant(Float32Array.of(value), [], 'float32')
  const evaluate = (node: Node): number | undefined => {
    if (node.dtype !== 'float32' || sizeOf(node.shape) === 0) return undefined
    const { op, inputs, attributes } = node
    if (op === 'Fill') return typeof attributes.value === 'number' ? fround(attributes.value) : undefined
    if (op === 'ZerosLike') return 0
    if (op === 'OnesLike') return 1
    const numbers = inputs.map(numberOf)
    const [a, b] = numbers
    if (a === undefined) return undefined
    if (moves.has(op) || (op === 'Cast' && inputs[0]!.dtype === 'float32')) return a
    if (unary[op]) return unary[op](a)
    return binary[op] && b !== undefined ? binary[op](a, b) : undefined
  }
  return rewrite(graph, node => {
    const value = evaluate(node)
    if (value !== undefined) {
      const filled = constant(new Float32Array(sizeOf(node.shape)).fill(value), node.shape, 'float32')
      known.set(filled, value)
      return filled
    }
    if (!broadcasting.has(node.op)) return node
    const [a, b] = node.inputs as [Node, Node]
    const full = (other: Node) => other.shape.join() === node.shape.join()
    const thin = (own: Node, other: Node) => {
      const number = own.shape.length > 0 && full(other) ? numberOf(own) : undefined
      return number === undefined ? own : scalar(number)
    }
    const inputs = [thin(a, b), thin(b, a)]
    return inputs[0] === a && inputs[1] === b ? node : { ...node, inputs }
  })
}
