import {
  backend_util,
  type Conv2DAttrs,
  type ExpandDimsAttrs,
  type LinSpaceAttrs,
  type RangeAttrs,
  type SplitVAttrs,
  type StridedSliceAttrs,
  slice_util,
  type Tensor,
  type TopKAttrs,
  type UnpackAttrs,
} from '@tensorflow/tfjs-core'
import { type Attributes, constant, type DType, type Node, sizeOf } from '../graph.ts'
import { axisOf, type Call, type Expansion, type Expansions } from './kernel.ts'

const expansion = <Attrs = object>(
  inputs: readonly string[],
  expand: (inputs: readonly (Node | undefined)[], attributes: Attrs, call: Call) => readonly Node[],
): Expansion => ({
  inputs,
  expand: (given, attributes, call) => expand(given, attributes as Attrs, call),
})

const reshape = (x: Node, shape: readonly number[], call: Call) => call('Reshape', [x], { shape })
const cast = (x: Node, dtype: DType, call: Call) => call('Cast', [x], { dtype })
const ints = (values: Iterable<number>, shape: readonly number[]) =>
  constant(Int32Array.from(values), shape, 'int32')
const range = (size: number) => Array.from({ length: size }, (_, i) => i)

/** The same number in every element, in the shape and type of x. */
const like = (value: number) =>
  expansion(['x'], ([x], _, call) => [call('Fill', [], { shape: x!.shape, value, dtype: x!.dtype })])

/** One after the other along an axis. */
function parts(x: Node, sizes: readonly number[], axis: number, call: Call): Node[] {
  let from = 0
  return sizes.map(size => {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0))
    from += size
    return call('Slice', [x], { begin, size: x.shape.map((whole, i) => (i === axis ? size : whole)) })
  })
}

const activations: { readonly [name: string]: string } = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
}

/** tfjs's fused kernels: `op` of the first two inputs, plus a bias, then an activation. */
const fused = (op: string, names: readonly string[]): Expansion =>
  expansion<Attributes & { readonly activation?: string; readonly leakyreluAlpha?: number }>(
    [...names, 'bias', 'preluActivationWeights'],
    ([a, b, bias, slope], { activation = 'linear', leakyreluAlpha, ...attributes }, call) => {
      const product = call(op, [a!, b!], attributes)
      const sum = bias ? call('Add', [product, bias]) : product
      if (activation === 'linear') return [sum]
      const inputs = activation === 'prelu' ? [sum, slope!] : [sum]
      return [
        call(activations[activation]!, inputs, activation === 'leakyrelu' ? { alpha: leakyreluAlpha } : {}),
      ]
    },
  )

const last = [0, 2, 3, 1]
const first = [0, 3, 1, 2]

/** Convolutions of NCHW tensors by way of NHWC. */
const channelsLast = (names: readonly string[], convolve: Expansion['expand']): Expansion =>
  expansion<Partial<Conv2DAttrs>>(names, (inputs, attrs, call) => {
    if (attrs.dataFormat !== 'NCHW') return convolve(inputs, attrs as Attributes, call)
    const { pad } = attrs
    const [x, ...others] = inputs
    const attributes = {
      ...attrs,
      dataFormat: 'NHWC',
      pad: Array.isArray(pad) ? last.map(axis => pad[axis]) : pad,
    }
    const y = convolve([call('Transpose', [x!], { perm: last }), ...others], attributes, call)
    return y.map(part => call('Transpose', [part], { perm: first }))
  })

const fusedConvolution = fused('Conv2D', ['x', 'filter'])

/** Each number is the one before plus a step, rounded as often: as the cpu backend counts. */
function counted(start: number, step: number, size: number, dtype: 'float32' | 'int32'): Node {
  const values = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
  for (let i = 0; i < size; i++) values[i] = i === 0 ? start : values[i - 1]! + step
  return constant(values, [size], dtype)
}

/**
 * Kernels recorded as others: those with several outputs, those that are others in disguise, numbers that are known, tensors whose
 * shape alone counts.
 */
export const expansions: Expansions = {
  Identity: expansion(['x'], ([x]) => [x!]),
  ZerosLike: like(0),
  OnesLike: like(1),
  ExpandDims: expansion<ExpandDimsAttrs>(['input'], ([x], { dim }, call) => {
    const at = axisOf(dim, x!.shape.length + 1)
    return [reshape(x!, [...x!.shape.slice(0, at), 1, ...x!.shape.slice(at)], call)]
  }),
  FlipLeftRight: expansion(['image'], ([x], _, call) => [call('Reverse', [x!], { dims: [2] })]),
  StridedSlice: expansion<StridedSliceAttrs>(['x'], ([x], attrs, call) => {
    const { begin, end, strides, finalShape } = slice_util.sliceInfo(
      [...x!.shape],
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask ?? 0,
      attrs.endMask ?? 0,
      attrs.ellipsisMask ?? 0,
      attrs.newAxisMask ?? 0,
      attrs.shrinkAxisMask ?? 0,
    )
    const part = strides.every(stride => stride === 1)
      ? call('Slice', [x!], { begin, size: end.map((to, i) => Math.max(0, to - begin[i]!)) })
      : call('StridedSlice', [x!], {
          begin,
          // Counted from the end, since -1 would mean the last element.
          end: end.map((to, i) => (to < 0 ? -x!.shape[i]! - 1 : to)),
          strides,
        })
    return [reshape(part, finalShape, call)]
  }),
  Unpack: expansion<UnpackAttrs>(['value'], ([x], attrs, call) => {
    const axis = axisOf(attrs.axis, x!.shape.length)
    const shape = x!.shape.filter((_, i) => i !== axis)
    const ones = range(x!.shape[axis]!).map(() => 1)
    return parts(x!, ones, axis, call).map(part => reshape(part, shape, call))
  }),
  SplitV: expansion<SplitVAttrs>(['x'], ([x], attrs, call) => {
    const axis = axisOf(attrs.axis, x!.shape.length)
    const sizes = backend_util.prepareSplitSize(x as unknown as Tensor, attrs.numOrSizeSplits, axis)
    return parts(x!, sizes, axis, call)
  }),
  /**
   * Values and places of the k largest along the last axis, equal ones in their order. An element's place among the sorted is the
   * number of those before it; all pairs are compared.
   */
  TopK: expansion<TopKAttrs>(['x'], ([x], { k }, call) => {
    const n = x!.shape.at(-1)!
    const rows = sizeOf(x!.shape.slice(0, -1))
    const own = reshape(x!, [rows, n, 1], call)
    const other = reshape(x!, [rows, 1, n], call)
    const earlier = constant(
      Uint8Array.from(range(n * n), at => (at % n < Math.floor(at / n) ? 1 : 0)),
      [n, n],
      'bool',
    )
    const tied = call('LogicalAnd', [call('Equal', [other, own]), earlier])
    const ahead = call('LogicalOr', [call('Greater', [other, own]), tied])
    const place = call('Sum', [cast(ahead, 'int32', call)], { axis: 2 })
    const hits = call('Equal', [reshape(place, [rows, 1, n], call), ints(range(k), [k, 1])])
    const found = call('Multiply', [cast(hits, 'int32', call), ints(range(n), [n])])
    const indices = call('Sum', [found], { axis: 2 })
    const flat = reshape(x!, [rows, n], call)
    const values = call('GatherV2', [flat, indices], { axis: 1, batchDims: 1 })
    const shape = [...x!.shape.slice(0, -1), k]
    return [reshape(values, shape, call), reshape(indices, shape, call)]
  }),
  Range: expansion<RangeAttrs>([], (_, { start, stop, step, dtype }) => {
    const empty = start === stop || (start < stop && step < 0) || (stop < start && step > 1)
    const size = empty ? 0 : Math.abs(Math.ceil((stop - start) / step))
    return [counted(start, stop < start && step === 1 ? -1 : step, size, dtype)]
  }),
  LinSpace: expansion<LinSpaceAttrs>([], (_, { start, stop, num }) => [
    counted(start, (stop - start) / (num - 1), num, 'float32'),
  ]),
  /** With the scale and the offset that may be left out. */
  FusedBatchNorm: expansion<Attributes>(
    ['x', 'mean', 'variance', 'offset', 'scale'],
    ([x, mean, variance, offset, scale], attributes, call) => {
      const fill = (value: number) => call('Fill', [], { shape: mean!.shape, value, dtype: 'float32' })
      return [call('FusedBatchNorm', [x!, mean!, variance!, offset ?? fill(0), scale ?? fill(1)], attributes)]
    },
  ),
  Conv2D: channelsLast(['x', 'filter'], (inputs, attributes, call) => [
    call('Conv2D', inputs as Node[], attributes),
  ]),
  FusedConv2D: channelsLast(fusedConvolution.inputs as readonly string[], fusedConvolution.expand),
  FusedDepthwiseConv2D: fused('DepthwiseConv2dNative', ['x', 'filter']),
  _FusedMatMul: fused('BatchMatMul', ['a', 'b']),
}
