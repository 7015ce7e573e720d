import { constant, type DType, type Node, sizeOf } from '../../graph.ts'
import { broadcast } from '../../kernels/kernel.ts'
import { uniformOf } from '../../passes/uniform.ts'
import { alike, as, cast, number, withRow } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

/** Arithmetic is done in the result's type; on bool as tfjs does it, with ones and zeros. */
const typeOf = ({ dtype }: Node): DType => (dtype === 'bool' ? 'int32' : dtype)

/** An operator of inputs of one type that gives that type. */
const arithmetic =
  (write: (emit: Emit, inputs: readonly Name[], node: Node) => Name): Lowering =>
  (node, emit) => {
    const type = typeOf(node)
    const inputs = node.inputs.map(x => as(emit, x, type))
    return cast(emit, write(emit, inputs, node), type, node.dtype)
  }
const named = (op: string): Lowering => arithmetic((emit, inputs) => emit(op, inputs))

/** On GPUs the runtime's own repeats nothing but single numbers: at 1.30 it fails as it runs, "raw_hash_map<>::at". */
const power: Lowering = arithmetic((emit, inputs, { inputs: operands, shape }) =>
  emit(
    'Pow',
    emit.device.kind === 'gpu'
      ? inputs.map((x, i) => {
          const own = operands[i]!.shape
          return sizeOf(own) === 1 || alike(own, shape) ? x : emit('Expand', [x, emit.ints(shape)])
        })
      : inputs,
  ),
)

/** A scalar in place of a constant that is one number throughout. */
function scalarOf(x: Node): Node {
  const value = sizeOf(x.shape) > 1 ? uniformOf(x) : undefined
  return value === undefined ? x : constant(Float32Array.of(value), [], 'float32')
}

/** Of two operands the one that is repeated along all leading axes of the other: a row, or one number. Its place, if there is one. */
function rowAmong([a, b]: readonly [Node, Node], shape: readonly number[]): 0 | 1 | undefined {
  const isRow = (x: Node, other: Node) => {
    const start = x.shape.findIndex(size => size !== 1)
    const own = start < 0 ? [] : x.shape.slice(start)
    const fits = alike(own, shape.slice(shape.length - own.length))
    return (
      alike(other.shape, shape) && x.shape.length <= shape.length && fits && sizeOf(x.shape) < sizeOf(shape)
    )
  }
  return isRow(b, a) ? 1 : isRow(a, b) ? 0 : undefined
}

/** Arithmetic of two, one of which may have to be repeated. */
const repeating = (op: string, node: Node, emit: Emit): Name => {
  const type = typeOf(node)
  const operands = node.inputs as [Node, Node]
  const names = operands.map(x => as(emit, x, type)) as [Name, Name]
  const row = rowAmong(operands, node.shape)
  if (row === undefined) return cast(emit, emit(op, names), type, node.dtype)
  const result = withRow(emit, op, names, { row, shape: node.shape, from: operands[row].shape })
  return cast(emit, result, type, node.dtype)
}

/**
 * Arithmetic of two, with scalars for constants of one number. If the constant was there to repeat the other (as gradients of sums
 * add zeros), Expand repeats the result: three quarters of the time, and the model need not hold the constant.
 */
const binary =
  (op: string): Lowering =>
  (node, emit) => {
    const inputs = node.inputs.map(scalarOf)
    const shape = broadcast(inputs[0]!.shape, inputs[1]!.shape)
    const small = { ...node, inputs, shape }
    const rest =
      op === 'Add' && inputs.find((_, i) => uniformOf(inputs[1 - i]!) === 0 && node.dtype === 'float32')
    const value = rest && alike(rest.shape, shape) ? as(emit, rest, node.dtype) : repeating(op, small, emit)
    return alike(shape, node.shape) ? value : emit('Expand', [value, emit.ints(node.shape)])
  }

/** The type that values of these nodes have in common. */
const common = (nodes: readonly Node[]): DType =>
  (['float32', 'int32', 'bool'] as const).find(type => nodes.some(({ dtype }) => dtype === type))!

/** Comparisons are made in the wider of the two types. */
const comparison =
  (op: string): Lowering =>
  ({ inputs }, emit) => {
    const type = common(inputs) === 'float32' ? 'float32' : 'int32'
    return emit(
      op,
      inputs.map(x => as(emit, x, type)),
    )
  }

const logical =
  (op: string): Lowering =>
  ({ inputs }, emit) =>
    emit(
      op,
      inputs.map(x => as(emit, x, 'bool')),
    )

/** Of floats only: no integer is infinite or not a number. */
const kindOfFloat =
  (otherwise: boolean, write: (emit: Emit, x: Name) => Name): Lowering =>
  ({ inputs: [x], shape }, emit) =>
    x!.dtype === 'float32'
      ? write(emit, emit.of(x!))
      : emit('Expand', [emit.scalar(otherwise ? 1 : 0, 'bool'), emit.ints(shape)])

/** Whole numbers are divided exactly: in double precision, where the target has it. */
const exact = (emit: Emit) => (emit.device.kind === 'gpu' ? 'float32' : 'double')

const quotient = (node: Node, emit: Emit): Name =>
  emit(
    'Div',
    node.inputs.map(x => as(emit, x, exact(emit))),
  )

/** exp(x) - 1 without cancellation near 0: tanh(x/2) (exp(x) + 1). */
const expm1 = (emit: Emit, x: Name): Name =>
  emit('Mul', [
    emit('Tanh', [emit('Mul', [x, number(emit, 0.5)])]),
    emit('Add', [emit('Exp', [x]), number(emit, 1)]),
  ])

/** log(1 + x) where x is far from -1 and infinity: log(w) and the share of x that rounding 1 + x to w lost. */
function log1pNear(emit: Emit, x: Name): Name {
  const one = number(emit, 1)
  const w = emit('Add', [x, one])
  const lost = emit('Sub', [x, emit('Sub', [w, one])])
  return emit('Add', [emit('Log', [w]), emit('Div', [lost, w])])
}

const log1p = (emit: Emit, x: Name): Name =>
  emit('Where', [
    emit('Less', [emit('Abs', [x]), number(emit, 0.5)]),
    log1pNear(emit, x),
    emit('Log', [emit('Add', [x, number(emit, 1)])]),
  ])

/** max(x, 0) + log(1 + exp(-|x|)): 0.3 of the time of ONNX's Softplus, which rounds small results away besides. */
const softplus = (emit: Emit, x: Name): Name =>
  emit('Add', [emit('Relu', [x]), log1pNear(emit, emit('Exp', [emit('Neg', [emit('Abs', [x])])]))])

/** 1 / (1 + exp(-x)): the runtime's own Sigmoid is right to 1e-7 of one only, and a saturated critic's gradient is smaller than that. */
const sigmoid = (emit: Emit, x: Name): Name =>
  emit('Reciprocal', [emit('Add', [emit('Exp', [emit('Neg', [x])]), emit.scalar(1)])])

const clip = (emit: Emit, x: Name, low: number, high: number, type: DType): Name =>
  emit('Clip', [x, emit.scalar(low, type), emit.scalar(high, type)])

const below = (emit: Emit, x: Name): Name => emit('Min', [x, number(emit, 0)])

/**
 * 1 above 0, else alpha. Times 3e38 every positive number but subnormal ones is above 1, and clipping does the rest: half the time of
 * Greater and Where or Cast, and NaN stays. HardSigmoid multiplies and clips to [0, 1] in one pass.
 */
function step(emit: Emit, x: Name, alpha: number): Name {
  if (alpha > 0 && alpha <= 1) return clip(emit, emit('Mul', [x, number(emit, 3e38)]), alpha, 1, 'float32')
  const mask = emit('HardSigmoid', [x], { alpha: { float: 3e38 }, beta: { float: 0 } })
  if (alpha === 0) return mask
  return emit('Add', [emit('Mul', [mask, number(emit, 1 - alpha)]), number(emit, alpha)])
}

/** The angle of (x, y): the arc tangent of the quotient, turned by half a circle where x is negative. */
function atan2(emit: Emit, [y, x]: readonly Name[]): Name {
  const zero = number(emit, 0)
  const half = emit('Where', [emit('Less', [y!, zero]), number(emit, -Math.PI), number(emit, Math.PI)])
  const turn = emit('Where', [emit('Less', [x!, zero]), half, zero])
  const angle = emit('Add', [emit('Atan', [emit('Div', [y!, x!])]), turn])
  const origin = emit('And', [emit('Equal', [x!, zero]), emit('Equal', [y!, zero])])
  return emit('Where', [origin, zero, angle])
}

/** The remainder that has the divisor's sign, as tfjs computes it. */
function mod(emit: Emit, [a, b]: readonly Name[], type: 'float32' | 'double'): Name {
  const zero = emit.scalar(0, type)
  const rest = emit('Mod', [a!, b!], { fmod: 1 })
  const other = emit('Mod', [emit('Add', [rest, b!]), b!], { fmod: 1 })
  const differ = emit('Xor', [emit('Less', [a!, zero]), emit('Less', [b!, zero])])
  return emit('Where', [differ, other, rest])
}

export const elementwise: Lowerings = {
  Cast: ({ inputs: [x], dtype }, emit) => as(emit, x!, dtype),

  Add: binary('Add'),
  AddN: arithmetic((emit, [first, ...rest]) => rest.reduce((sum, x) => emit('Add', [sum, x]), first!)),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: (node, emit) =>
    node.dtype === 'float32'
      ? emit(
          'Div',
          node.inputs.map(x => as(emit, x, 'float32')),
        )
      : cast(emit, quotient(node, emit), exact(emit), node.dtype),
  FloorDiv: (node, emit) => cast(emit, emit('Floor', [quotient(node, emit)]), exact(emit), node.dtype),
  Mod: (node, emit) => {
    const type = node.dtype === 'float32' ? 'float32' : exact(emit)
    const inputs = node.inputs.map(x => as(emit, x, type))
    return cast(emit, mod(emit, inputs, type), type, node.dtype)
  },
  Pow: power,
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  SquaredDifference: arithmetic((emit, inputs) => {
    const difference = emit('Sub', inputs)
    return emit('Mul', [difference, difference])
  }),
  Atan2: arithmetic(atan2),
  // A third of the time of ONNX's PRelu.
  Prelu: arithmetic((emit, [x, alpha]) =>
    emit('Add', [emit('Relu', [x!]), emit('Mul', [alpha!, below(emit, x!)])]),
  ),

  Equal: comparison('Equal'),
  NotEqual: (node, emit) => emit('Not', [comparison('Equal')(node, emit)]),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  LogicalNot: logical('Not'),
  IsNan: kindOfFloat(false, (emit, x) => emit('IsNaN', [x])),
  IsInf: kindOfFloat(false, (emit, x) => emit('IsInf', [x])),
  IsFinite: kindOfFloat(true, (emit, x) =>
    emit('Less', [emit('Abs', [x]), number(emit, Number.POSITIVE_INFINITY)]),
  ),
  BitwiseAnd: named('BitwiseAnd'),

  Neg: named('Neg'),
  Abs: named('Abs'),
  Square: arithmetic((emit, [x]) => emit('Mul', [x!, x!])),
  Sqrt: named('Sqrt'),
  Rsqrt: arithmetic((emit, [x]) => emit('Reciprocal', [emit('Sqrt', [x!])])),
  Reciprocal: named('Reciprocal'),
  Exp: named('Exp'),
  Expm1: arithmetic((emit, [x]) => expm1(emit, x!)),
  Log: named('Log'),
  Log1p: arithmetic((emit, [x]) => log1p(emit, x!)),
  Sin: named('Sin'),
  Cos: named('Cos'),
  Tan: named('Tan'),
  Sinh: named('Sinh'),
  Cosh: named('Cosh'),
  Tanh: named('Tanh'),
  Asin: named('Asin'),
  Acos: named('Acos'),
  Atan: named('Atan'),
  Asinh: named('Asinh'),
  Acosh: named('Acosh'),
  Atanh: named('Atanh'),
  Erf: named('Erf'),
  Floor: named('Floor'),
  Ceil: named('Ceil'),
  // Both round halves to the even neighbour.
  Round: named('Round'),
  // Of NaN tfjs gives 0.
  Sign: arithmetic((emit, [x], { dtype }) =>
    dtype === 'float32'
      ? emit('Where', [emit('IsNaN', [x!]), number(emit, 0), emit('Sign', [x!])])
      : emit('Sign', [x!]),
  ),
  Sigmoid: arithmetic((emit, [x]) => sigmoid(emit, x!)),
  Softplus: arithmetic((emit, [x]) => softplus(emit, x!)),
  Relu: named('Relu'),
  Relu6: arithmetic((emit, [x], node) => clip(emit, x!, 0, 6, typeOf(node))),
  LeakyRelu: arithmetic((emit, [x], { attributes }) =>
    emit('LeakyRelu', [x!], { alpha: { float: attributes.alpha as number } }),
  ),
  // Half the time of ONNX's Elu.
  Elu: arithmetic((emit, [x]) => {
    const tail = emit('Sub', [emit('Exp', [below(emit, x!)]), number(emit, 1)])
    return emit('Add', [emit('Relu', [x!]), tail])
  }),
  Selu: named('Selu'),
  Step: arithmetic((emit, [x], { attributes }) => step(emit, x!, attributes.alpha as number)),
  ClipByValue: arithmetic((emit, [x], node) => {
    const { clipValueMin, clipValueMax } = node.attributes as { clipValueMin: number; clipValueMax: number }
    return clip(emit, x!, clipValueMin, clipValueMax, typeOf(node))
  }),

  Select: (node, emit) => {
    const [condition, ...branches] = node.inputs as [Node, Node, Node]
    const type = typeOf(node)
    const [yes, no] = branches.map(x => as(emit, scalarOf(x), type)) as [Name, Name]
    // The result has the condition's shape, so that scalars can stand for branches of one number.
    return cast(emit, emit('Where', [as(emit, condition, 'bool'), yes, no]), type, node.dtype)
  },
}
