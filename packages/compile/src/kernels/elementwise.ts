import {
  type CastAttrs,
  type ClipByValueAttrs,
  type LeakyReluAttrs,
  type StepAttrs,
  upcastType,
} from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { Untraceable } from '../untraceable.ts'
import { broadcast, each, type Kernels, kernel } from './kernel.ts'

/** Of two tensors that broadcast; the type is the first one's, if not given. */
const binary = (dtype?: DType) =>
  kernel(['a', 'b'], ([a, b]) => ({ shape: broadcast(a.shape, b.shape), dtype: dtype ?? a.dtype }))

/** Of one tensor; the type stays, if not given. */
const unary = (dtype?: DType) => kernel(['x'], ([x]) => ({ shape: x.shape, dtype: dtype ?? x.dtype }))

/** Kernels that compute each element by itself. Without attributes, but for those written out. */
export const elementwise: Kernels = {
  ...each('Add Sub Multiply RealDiv Maximum Minimum SquaredDifference Pow Mod Atan2 BitwiseAnd', binary()),
  ...each('FloorDiv', binary('int32')),
  ...each('Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr', binary('bool')),
  ...each('Neg Abs Sign Square Sqrt Rsqrt Reciprocal Floor Ceil Round Log Log1p Expm1 Erf', unary()),
  ...each('Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh', unary()),
  ...each('Relu Relu6 Elu Selu Sigmoid Softplus', unary()),
  ...each('Exp', unary('float32')),
  ...each('LogicalNot IsNan IsInf IsFinite', unary('bool')),
  LeakyRelu: kernel(['x'], ([x], { alpha }: LeakyReluAttrs) => ({
    shape: x.shape,
    dtype: 'float32',
    attributes: { alpha },
  })),
  /** 1 above zero, `alpha` elsewhere. */
  Step: kernel(['x'], ([x], { alpha = 0 }: Partial<StepAttrs>) => ({ ...x, attributes: { alpha } })),
  ClipByValue: kernel(['x'], ([x], { clipValueMin, clipValueMax }: ClipByValueAttrs) => ({
    ...x,
    attributes: { clipValueMin, clipValueMax },
  })),
  Cast: kernel(['x'], ([x], { dtype }: CastAttrs) => {
    if (dtype === 'string' || dtype === 'complex64')
      throw new Untraceable(`tensors of ${dtype} have no rules`)
    return { shape: x.shape, dtype, attributes: { dtype } }
  }),
  Prelu: kernel(['x', 'alpha'], ([x, alpha]) => ({
    shape: broadcast(x.shape, alpha.shape),
    dtype: 'float32',
  })),
  EluGrad: kernel(['dy', 'y'], ([, y]) => ({ shape: y.shape, dtype: 'float32' })),
  /** All three of one shape: tfjs broadcasts them beforehand. */
  Select: kernel(['condition', 't', 'e'], ([, t, e]) => ({
    shape: t.shape,
    dtype: upcastType(t.dtype, e.dtype) as DType,
  })),
}
