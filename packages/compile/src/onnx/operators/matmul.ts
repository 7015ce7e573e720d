import { type Node, sizeOf } from '../../graph.ts'
import { as, range, reshaped, transpose } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

const swapped = (emit: Emit, x: Name, rank: number) =>
  transpose(emit, x, [...range(rank - 2), rank - 1, rank - 2])

const batchMatMul: Lowering = (node, emit) => {
  const [a, b, bias] = node.inputs as [Node, Node, Node?]
  const [left, right] = [as(emit, a, node.dtype), as(emit, b, node.dtype)]
  const added = bias ? [emit.of(bias)] : []
  const transA = node.attributes.transposeA ? 1 : 0
  const transB = node.attributes.transposeB ? 1 : 0
  const batches = [a, b].map(({ shape }) => sizeOf(shape.slice(0, -2)))
  const matrix = ({ shape }: Node) => shape.slice(-2)
  if (node.dtype === 'float32' && batches[0] === 1 && batches[1] === 1) {
    const inputs = [reshaped(emit, left, a.shape, matrix(a)), reshaped(emit, right, b.shape, matrix(b))]
    return reshaped(emit, emit('Gemm', [...inputs, ...added], { transA, transB }), matrix(node), node.shape)
  }
  // One product of matrices if the same right side is for all of the batch.
  if (node.dtype === 'float32' && batches[1] === 1 && !transA) {
    const rows = reshaped(emit, left, a.shape, [sizeOf(a.shape.slice(0, -1)), a.shape.at(-1)!])
    const product = emit('Gemm', [rows, reshaped(emit, right, b.shape, matrix(b)), ...added], { transB })
    return reshaped(emit, product, [sizeOf(node.shape.slice(0, -1)), node.shape.at(-1)!], node.shape)
  }
  // FusedMatMul, which reads transposed matrices, takes as long as a transposition first.
  const product = emit('MatMul', [
    transA ? swapped(emit, left, a.shape.length) : left,
    transB ? swapped(emit, right, b.shape.length) : right,
  ])
  return bias ? emit('Add', [product, ...added]) : product
}

export const matmul: Lowerings = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: batchMatMul,
  Einsum: ({ inputs, attributes, dtype }, emit) =>
    emit(
      'Einsum',
      inputs.map(x => as(emit, x, dtype)),
      { equation: attributes.equation as string },
    ),
}
