import {
  Cast,
  ClipByValue,
  Erf,
  Exp,
  Expm1,
  LeakyRelu,
  Log,
  Log1p,
  Reciprocal,
  Relu6,
  Rsqrt,
  Sign,
  Softplus,
  Sqrt,
  Tanh,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { address, release, run, type WasmKernel, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

interface UnaryAttrs {
  alpha?: number
  clipValueMin?: number
  clipValueMax?: number
}

type Parameters = (attrs: UnaryAttrs) => [p: number, q: number]
const none: Parameters = () => [0, 0]

/** In the order of assembly/unary.ts: the kernel and its parameters. The last two share one loop. */
const table: readonly [name: string, parameters: Parameters, op?: number][] = [
  [Exp, none],
  [Expm1, none],
  [Log, none],
  [Log1p, none],
  [Sqrt, none],
  [Rsqrt, none],
  [Reciprocal, none],
  [Tanh, none],
  [Softplus, none],
  [Erf, none],
  [LeakyRelu, ({ alpha = 0.2 }) => [alpha, 0]],
  [Sign, none],
  // The stock kernels of these two turn not-a-number into a bound.
  [ClipByValue, attrs => [attrs.clipValueMin!, attrs.clipValueMax!]],
  [Relu6, () => [0, 6], 12],
]

/** Functions of one float32 tensor, element by element; other dtypes stay with the stock kernels. */
export const unary: readonly WasmKernel[] = table.map(([name, parameters, op], index) =>
  wasmKernel<UnaryAttrs>(name, ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (x.dtype !== 'float32') return stock()
    const out = backend.makeOutput(x.shape, 'float32')
    const count = util.sizeFromShape(x.shape)
    simd(backend).unary(
      op ?? index,
      address(backend, x),
      address(backend, out),
      count,
      ...parameters(attrs ?? {}),
    )
    return out
  }),
)

/** float32 to bool is "not zero"; the stock kernel cuts 0.5 to 0 first. */
export const cast = wasmKernel<{ dtype: string }>(Cast, ({ inputs, attrs, backend }, stock) => {
  const { x } = inputs as { x: TensorInfo }
  if (attrs.dtype !== 'bool' || x.dtype !== 'float32') return stock()
  const zero = run(backend, 'Fill', {}, { shape: [], value: 0, dtype: 'float32' })
  const out = run(backend, 'NotEqual', { a: x, b: zero })
  release(backend, zero)
  return out
})
