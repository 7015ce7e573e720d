import { BatchMatMul, type BatchMatMulAttrs } from '@tensorflow/tfjs-core'
import { libraryKernel, withLibrary } from './library.ts'

/** Of two matrices by the library's operation for two matrices; that for batches of them is slower, by half where they are large. */
export const batchMatMul = libraryKernel<BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs, attrs, backend }, stock) => {
    const [a, b] = [inputs.a!, inputs.b!]
    if ([a, b].some(x => x.shape.length !== 2 || x.dtype !== 'float32')) return stock()
    return withLibrary(backend, ({ run, float }) =>
      run('MatMul', [a, b], { T: float, transpose_a: attrs.transposeA, transpose_b: attrs.transposeB }),
    )[0]!
  },
)
