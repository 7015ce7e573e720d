import {
  Elu,
  Erf,
  Exp,
  Expm1,
  LeakyRelu,
  Log,
  Log1p,
  Reciprocal,
  Rsqrt,
  Selu,
  Sigmoid,
  Softplus,
  Sqrt,
  Tanh,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { address, type WasmKernel, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'

/** In the order of assembly/unary.ts. */
const names = [
  Exp,
  Expm1,
  Log,
  Log1p,
  Sqrt,
  Rsqrt,
  Reciprocal,
  Sigmoid,
  Tanh,
  Softplus,
  Erf,
  Elu,
  Selu,
  LeakyRelu,
]

/** Functions of one float32 tensor, element by element; other dtypes stay with the stock kernels. */
export const unary: readonly WasmKernel[] = names.map((name, op) =>
  wasmKernel<{ alpha?: number }>(name, ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: TensorInfo }
    if (x.dtype !== 'float32') return stock()
    const out = backend.makeOutput(x.shape, 'float32')
    const count = util.sizeFromShape(x.shape)
    simd(backend).unary(op, address(backend, x), address(backend, out), count, attrs?.alpha ?? 0)
    return out
  }),
)
