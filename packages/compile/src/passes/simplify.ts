import { type Graph, type Node, rewrite, sizeOf } from '../graph.ts'
import { call } from '../kernels.ts'
import { uniformOf } from './uniform.ts'

const alike = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i])

/** `x` as the result of `node`, if it is of its shape and type. */
const instead = (node: Node, x: Node | undefined) =>
  x && x.dtype === node.dtype && alike(x.shape, node.shape) ? x : undefined

const reshaped = (x: Node, shape: readonly number[]): Node =>
  alike(x.shape, shape) ? x : { op: 'Reshape', inputs: [x], attributes: { shape }, shape, dtype: x.dtype }

const permutationOf = (node: Node) => node.attributes.perm as readonly number[]

/** What a node repeats along axes of size one, if that is all it does. */
export function repeated({ op, inputs, shape, dtype }: Node): Node | undefined {
  const [x, y] = inputs
  if (op === 'Tile' && x!.shape.every((n, i) => n === 1 || n === shape[i])) return x
  if (op !== 'Add' || dtype !== 'float32') return undefined
  return uniformOf(y!) === 0 && y!.dtype === dtype ? x : uniformOf(x!) === 0 ? y : undefined
}

/** An operand that the other, of full size, repeats anyhow. */
const unrepeated = (node: Node, [a, b]: readonly Node[]): Node | undefined => {
  const full = (x: Node) => alike(x.shape, node.shape)
  const left = full(b!) ? repeated(a!) : undefined
  if (left) return { ...node, inputs: [left, b!] }
  const right = full(a!) ? repeated(b!) : undefined
  return right && { ...node, inputs: [a!, right] }
}

/** One rule for each kernel: what the node is in simpler terms, or `undefined` if there is nothing simpler. */
type Rule = (node: Node, inputs: readonly Node[]) => Node | undefined

const neutral =
  (right: number, left?: number): Rule =>
  (node, [a, b]) =>
    (uniformOf(b!) === right ? instead(node, a) : undefined) ??
    (left !== undefined && uniformOf(a!) === left ? instead(node, b) : undefined) ??
    unrepeated(node, [a!, b!])

/** The two last axes exchanged and nothing else. */
const swapsMatrix = (node: Node) => {
  if (node.op !== 'Transpose') return false
  const perm = permutationOf(node)
  const last = perm.length - 1
  return last >= 1 && perm.every((p, i) => p === (i === last ? last - 1 : i === last - 1 ? last : i))
}

/** A factor that is one number. */
const scalarIn = (node: Node) => node.inputs.find(x => x.shape.length === 0)

/** What is the same for all elements is applied to their sum, or mean, instead of to each of them. */
const afterwards: Rule = (node, [x]) => {
  if (x!.dtype !== 'float32') return undefined
  if (x!.op === 'Neg') return call('Neg', [{ ...node, inputs: [x!.inputs[0]!] }])
  const scalar = x!.op === 'Multiply' ? scalarIn(x!) : undefined
  const other = scalar && x!.inputs.find(factor => factor !== scalar)
  if (!other || !alike(other.shape, x!.shape)) return undefined
  return call('Multiply', [scalar, { ...node, inputs: [other] }])
}

/** Of three factors the small ones are multiplied first: a pass over the large one less. */
const smallFirst: Rule = (node, factors) => {
  if (node.dtype !== 'float32') return undefined
  const size = sizeOf(node.shape)
  for (const [small, product] of [factors, factors.toReversed()] as [Node, Node][]) {
    if (product.op !== 'Multiply' || sizeOf(small.shape) === size) continue
    const large = product.inputs.find(x => alike(x.shape, node.shape))
    const other = large && product.inputs.find(x => x !== large)
    if (!other || sizeOf(other.shape) === size) continue
    const both = call('Multiply', [small, other])
    if (sizeOf(both.shape) < size) return call('Multiply', [both, large])
  }
  return undefined
}

/** The first rule that has something simpler. */
const either =
  (...list: readonly Rule[]): Rule =>
  (node, inputs) => {
    for (const rule of list) {
      const found = rule(node, inputs)
      if (found) return found
    }
    return undefined
  }

/** Of axes of size one there is nothing to add up. */
const ofOne: Rule = (node, [x]) =>
  sizeOf(x!.shape) === sizeOf(node.shape) && x!.dtype === node.dtype ? reshaped(x!, node.shape) : undefined

const rules: { readonly [op: string]: Rule } = {
  Identity: (_, [x]) => x,
  Cast: (node, [x]) => instead(node, x),
  Tile: (node, [x]) => instead(node, x),
  BroadcastTo: (node, [x]) => instead(node, x),
  Slice: (node, [x]) => instead(node, x),
  PadV2: (node, [x]) => instead(node, x),
  Reshape: (node, [x]) =>
    instead(node, x) ?? (x!.op === 'Reshape' ? reshaped(x!.inputs[0]!, node.shape) : undefined),
  Transpose: (node, [x]) => {
    const perm = permutationOf(node)
    // Moving axes of size one moves no element.
    const kept = perm.filter(p => x!.shape[p] !== 1)
    if (kept.every((p, i) => i === 0 || kept[i - 1]! < p)) return reshaped(x!, node.shape)
    if (x!.op !== 'Transpose') return undefined
    const first = permutationOf(x!)
    return {
      ...node,
      inputs: [x!.inputs[0]!],
      attributes: { ...node.attributes, perm: perm.map(p => first[p]!) },
    }
  },
  Add: neutral(0, 0),
  AddV2: neutral(0, 0),
  Sub: neutral(0),
  Multiply: either(neutral(1, 1), smallFirst),
  RealDiv: neutral(1),
  Neg: (_, [x]) => (x!.op === 'Neg' ? x!.inputs[0] : undefined),
  Sum: either(ofOne, afterwards),
  Mean: either(ofOne, afterwards),
  // A product of transposed matrices reads them the other way round.
  BatchMatMul: (node, [a, b]) => {
    const { transposeA, transposeB } = node.attributes
    const left = swapsMatrix(a!)
    const right = swapsMatrix(b!)
    if (!left && !right) return undefined
    return {
      ...node,
      inputs: [left ? a!.inputs[0]! : a!, right ? b!.inputs[0]! : b!],
      attributes: {
        ...node.attributes,
        transposeA: left ? !transposeA : !!transposeA,
        transposeB: right ? !transposeB : !!transposeB,
      },
    }
  },
}

/**
 * Operations that change nothing are left out, repetitions where the operation repeats by itself, chains of reshapes and of transpositions become one, transpositions go into the
 * products that read them, factors that are the same for many elements are applied where there are fewest.
 */
export const simplify = (graph: Graph): Graph =>
  rewrite(graph, node => {
    let now = node
    for (let next = rules[now.op]?.(now, now.inputs); next; next = rules[now.op]?.(now, now.inputs))
      now = next
    return now
  })
