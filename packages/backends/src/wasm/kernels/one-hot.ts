import { type DataType, OneHot, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floats, ints, wasmKernel } from '../heap.ts'

/**
 * One-hot rows; indices outside [0, depth) give a row without. The stock kernel writes whole numbers' bits into float32.
 *
 * indices: int32 [...]; result: [..., depth].
 */
export const oneHot = wasmKernel<{ depth: number; onValue: number; offValue: number; dtype?: DataType }>(
  OneHot,
  ({ inputs, attrs: { depth, onValue, offValue, dtype = 'int32' }, backend }, stock) => {
    const { indices } = inputs as { indices: TensorInfo }
    if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return stock()
    const out = backend.makeOutput([...indices.shape, depth], dtype)
    const values = (dtype === 'int32' ? ints : floats)(backend, out).fill(offValue)
    const at = ints(backend, indices)
    const count = util.sizeFromShape(indices.shape)
    for (let i = 0; i < count; i++) {
      const index = at[i]!
      if (index >= 0 && index < depth) values[i * depth + index] = onValue
    }
    return out
  },
)
