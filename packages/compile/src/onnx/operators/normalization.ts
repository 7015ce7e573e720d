import { sizeOf } from '../../graph.ts'
import { number, range, reshaped } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

/** x a + b with a = scale / sqrt(variance + epsilon) and b = offset - mean a, which are small where x is large. */
const batchNorm: Lowering = ({ inputs, attributes }, emit) => {
  const [x, mean, variance, offset, scale] = inputs.map(emit.of) as [Name, Name, Name, Name, Name]
  const epsilon = number(emit, attributes.varianceEpsilon as number)
  const a = emit('Div', [scale, emit('Sqrt', [emit('Add', [variance, epsilon])])])
  const b = emit('Sub', [offset, emit('Mul', [mean, a])])
  return emit('Add', [emit('Mul', [x, a]), b])
}

/** The sum over each channel's neighbours up to `radius` away, as a product with a band of ones. */
function neighbours(emit: Emit, x: Name, shape: readonly number[], radius: number): Name {
  const c = shape.at(-1)!
  const band = Float32Array.from(range(c * c), k => (Math.abs(Math.floor(k / c) - (k % c)) <= radius ? 1 : 0))
  const rows = [sizeOf(shape) / c, c]
  const sums = emit('Gemm', [reshaped(emit, x, shape, rows), emit.constant(band, [c, c], 'float32')])
  return reshaped(emit, sums, rows, shape)
}

export const normalization: Lowerings = {
  Softmax: ({ inputs: [x], attributes }, emit) =>
    emit('Softmax', [emit.of(x!)], { axis: attributes.dim as number }),
  FusedBatchNorm: batchNorm,
  LRN: (node, emit) => {
    const x = node.inputs[0]!
    const { depthRadius, bias, alpha, beta } = node.attributes as { [name: string]: number }
    const squares = neighbours(emit, emit('Mul', [emit.of(x), emit.of(x)]), x.shape, depthRadius!)
    const scale = emit('Add', [emit('Mul', [squares, number(emit, alpha!)]), number(emit, bias!)])
    return emit('Mul', [emit.of(x), emit('Pow', [scale, number(emit, -beta!)])])
  },
}
