import { type Node, sizeOf } from '../graph.ts'
import { type Code, f32x4, v128 } from './wasm.ts'

/** Instructions that push four copies of a number known beforehand. */
type Push = (value: number) => Code

/** Instructions that leave a node's value on the stack, given those that push its inputs. */
type Emit = (inputs: readonly Code[], push: Push, node: Node) => Code

const unary =
  (instruction: Code): Emit =>
  ([x]) => [...x!, ...instruction]

const binary =
  (instruction: Code): Emit =>
  ([a, b]) => [...a!, ...b!, ...instruction]

const same: Emit = ([x]) => x!
const choose = (condition: Code, yes: Code, no: Code): Code => [
  ...yes,
  ...no,
  ...condition,
  ...v128.bitselect,
]
const square = (x: Code): Code => [...x, ...x, ...f32x4.mul]
const root = (x: Code): Code => [...x, ...f32x4.sqrt]

const moves: { readonly [op: string]: Emit } = {
  Identity: same,
  Reshape: same,
  ExpandDims: same,
  Tile: same,
  BroadcastTo: same,
}

/**
 * Kernels on float32, as the cpu backend computes them. It computes in double precision and rounds once, which for a single sum,
 * product, quotient or root is the float32 operation's result; `SquaredDifference` and `Rsqrt` are two operations, and may differ
 * in the last places.
 */
const numbers: { readonly [op: string]: Emit } = {
  ...moves,
  Add: binary(f32x4.add),
  Sub: binary(f32x4.sub),
  Multiply: binary(f32x4.mul),
  RealDiv: binary(f32x4.div),
  Maximum: binary(f32x4.max),
  Minimum: binary(f32x4.min),
  // Starts from 0, as tfjs does: a sum of -0 and -0 is 0 there.
  AddN: (inputs, push) => [...push(0), ...inputs.flatMap(x => [...x, ...f32x4.add])],
  Square: ([x]) => square(x!),
  SquaredDifference: ([a, b]) => square([...a!, ...b!, ...f32x4.sub]),
  // `supports` lets two exponents pass: 2 and 1/2.
  Pow: ([x], _, { inputs }) => (uniform(inputs[1]!) === 2 ? square(x!) : root(x!)),
  Sqrt: ([x]) => root(x!),
  Rsqrt: ([x], push) => [...push(1), ...root(x!), ...f32x4.div],
  Reciprocal: ([x], push) => [...push(1), ...x!, ...f32x4.div],
  Neg: unary(f32x4.neg),
  Abs: unary(f32x4.abs),
  Floor: unary(f32x4.floor),
  Ceil: unary(f32x4.ceil),
  Round: unary(f32x4.nearest),
  Relu: ([x], push) => [...push(0), ...x!, ...f32x4.max],
  // NaN stays NaN.
  Step: ([x], push, { attributes }) =>
    choose(
      [...x!, ...x!, ...f32x4.eq],
      choose([...x!, ...push(0), ...f32x4.gt], push(1), push(attributes.alpha as number)),
      x!,
    ),
  // NaN becomes 0.
  Sign: ([x], push) => [
    ...[...x!, ...push(0), ...f32x4.gt, ...push(1), ...v128.and],
    ...[...x!, ...push(0), ...f32x4.lt, ...push(-1), ...v128.and],
    ...v128.or,
  ],
  // NaN stays NaN.
  ClipByValue: ([x], push, { attributes }) => [
    ...[...x!, ...push(attributes.clipValueMax as number), ...f32x4.pmin],
    ...[...push(attributes.clipValueMin as number), ...f32x4.pmax],
  ],
  Select: ([condition, yes, no]) => choose(condition!, yes!, no!),
  ZerosLike: (_, push) => push(0),
  OnesLike: (_, push) => push(1),
  Fill: (_, push, { attributes }) => push(attributes.value as number),
  // A mask becomes ones and zeros.
  Cast: ([x], push, { inputs }) => (inputs[0]!.dtype === 'bool' ? [...x!, ...push(1), ...v128.and] : x!),
}

/** Kernels whose result is bool: a mask here. */
const masks: { readonly [op: string]: Emit } = {
  ...moves,
  Greater: binary(f32x4.gt),
  GreaterEqual: binary(f32x4.ge),
  Less: binary(f32x4.lt),
  LessEqual: binary(f32x4.le),
  Equal: binary(f32x4.eq),
  NotEqual: binary(f32x4.ne),
  LogicalAnd: binary(v128.and),
  LogicalOr: binary(v128.or),
  LogicalNot: unary(v128.not),
  IsNan: ([x]) => [...x!, ...x!, ...f32x4.ne],
}

const logical = new Set(['LogicalAnd', 'LogicalOr', 'LogicalNot'])

/** Whether a node does nothing but hand on its input's elements. */
export const moved = ({ op, inputs, dtype }: Node): boolean =>
  op in moves || (op === 'Cast' && inputs[0]!.dtype === dtype)

/** The number that all elements of a constant are, if it is one. */
export function uniform({ op, values }: Node): number | undefined {
  const first = values?.[0]
  return op === 'Constant' && values!.every((x: number) => Object.is(x, first)) ? first : undefined
}

/** The instructions for a kernel of this name and result. */
export function emitOf({ op, dtype }: Node): Emit | undefined {
  const table = dtype === 'float32' ? numbers : dtype === 'bool' ? masks : {}
  return Object.hasOwn(table, op) ? table[op] : undefined
}

/**
 * Whether an element-wise kernel can compute this node: a tfjs kernel that is known here, inputs of the result's size or of size 1,
 * constants of one number, everything float32. Conditions (bool) are the exception: they are no tensors here but stay within the
 * kernel, so a node with one for its input is supported only together with what computes it.
 */
export function supports(node: Node): boolean {
  const { op, inputs, dtype, shape, attributes } = node
  const n = sizeOf(shape)
  if (n === 0 || !emitOf(node)) return false
  if (op === 'Fill' && typeof attributes.value !== 'number') return false
  const wanted = inputs.map((_, i) => {
    if (logical.has(op) || (op === 'Select' && i === 0)) return 'bool'
    return op in moves || op === 'Cast' ? dtype : 'float32'
  })
  const exponent = op === 'Pow' ? uniform(inputs[1]!) : 2
  return (
    (exponent === 2 || exponent === 0.5) &&
    inputs.every(
      (x, i) =>
        (x.dtype === wanted[i] || (op === 'Cast' && x.dtype === 'bool') || (op === 'Pow' && i === 1)) &&
        (x.op !== 'Constant' || (x.dtype !== 'bool' && uniform(x) !== undefined)) &&
        (sizeOf(x.shape) === n || sizeOf(x.shape) === 1),
    )
  )
}
