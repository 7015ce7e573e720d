import { type BatchMatMulAttrs, backend_util, type EinsumAttrs, upcastType } from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { broadcast, type Kernels, kernel, listKernel, type Outline } from './kernel.ts'

/** A product of matrices; axes before the last two broadcast. */
function product(
  a: Outline,
  b: Outline,
  { transposeA = false, transposeB = false }: Partial<BatchMatMulAttrs>,
) {
  const matrix = (shape: readonly number[], transposed: boolean) =>
    (transposed ? shape.slice(-2).reverse() : shape.slice(-2)) as [number, number]
  const [m, k] = matrix(a.shape, transposeA)
  const [inner, n] = matrix(b.shape, transposeB)
  if (k !== inner)
    throw new Error(
      `matrices of shapes [${a.shape}] and [${b.shape}] (transposed: ${transposeA}, ${transposeB}) have no product`,
    )
  return {
    shape: [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n],
    dtype: a.dtype,
    attributes: { transposeA, transposeB },
  }
}

/** Products and sums of tensors. */
export const linear: Kernels = {
  BatchMatMul: kernel(['a', 'b'], ([a, b], attributes: Partial<BatchMatMulAttrs>) =>
    product(a, b, attributes),
  ),
  /** With a row added to every row: `passes/bias.ts` makes it. */
  _FusedMatMul: kernel(['a', 'b', 'bias'], ([a, b], attributes: Partial<BatchMatMulAttrs>) => {
    const plain = product(a, b, attributes)
    return { ...plain, attributes: { ...plain.attributes, activation: 'linear' } }
  }),
  /** One or two tensors; the equation without spaces. */
  Einsum: listKernel((inputs, { equation }: EinsumAttrs) => {
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, inputs.length)
    const sizes = allDims.map((_, dim) => {
      const from = idDims.findIndex(ids => ids.includes(dim))
      return inputs[from]!.shape[idDims[from]!.indexOf(dim)]!
    })
    const dtype = inputs.at(-1)!.dtype
    return {
      shape: sizes.slice(0, allDims.length - summedDims.length),
      dtype: summedDims.length > 0 ? (upcastType(dtype, 'int32') as DType) : dtype,
      attributes: { equation: equation.replace(/\s/g, '') },
    }
  }),
  /** Sums of tensors of one shape. */
  AddN: listKernel(([x]) => x),
}
