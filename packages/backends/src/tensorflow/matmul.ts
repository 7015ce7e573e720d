import { BatchMatMul, type BatchMatMulAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { libraryKernel, withLibrary } from './library.ts'

/**
 * Products with a vector: of a column and a row as a product of numbers, of a matrix and a column by the version of the operation that does not hand
 * it over to oneDNN. They are several times as fast. Others stay with the stock kernel.
 *
 * For those the library's `MatMul` would be faster, and is not used: a signal that comes while it runs (a child's end, Ctrl-C, a profiler's) corrupts the
 * heap, as the code that oneDNN generates for it uses the stack pointer for something else (TensorFlow 2.21). The same code works in products of matrices by
 * `BatchMatMulV3`.
 */
export const batchMatMul = libraryKernel<BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs, attrs, backend }, stock) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    const { transposeA, transposeB } = attrs
    if ([a, b].some(x => x.shape.length !== 2 || x.dtype !== 'float32')) return stock()
    const inner = a.shape[transposeA ? 0 : 1]
    const columns = b.shape[transposeB ? 0 : 1]
    if (inner !== 1 && columns !== 1) return stock()
    return withLibrary(backend, ({ run, float, integers }) => {
      if (inner === 1) {
        const column = transposeA ? run('Reshape', [a, integers([-1, 1])])[0]! : a
        const row = transposeB ? run('Reshape', [b, integers([1, -1])])[0]! : b
        return run('Mul', [column, row])
      }
      const types = { Ta: float, Tb: float, Tout: float }
      return run('BatchMatMulV3', [a, b], { ...types, adj_x: transposeA, adj_y: transposeB })
    })[0]!
  },
)
