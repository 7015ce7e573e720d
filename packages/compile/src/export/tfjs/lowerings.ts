import { backend_util } from '@tensorflow/tfjs-core'
import type { Node } from '../../graph.ts'
import type { Rectified } from '../../kernels/convolutions.ts'
import { alike } from '../../onnx/common.ts'
import { type Emit, type Lowering, type Lowerings, type Name, Unlowered } from '../../onnx/emit.ts'

// TensorFlow's operators by the names and with the inputs and attributes that tfjs-converter reads.

const ints = (emit: Emit, values: readonly number[]): Name =>
  emit.constant(Int32Array.from(values), [values.length], 'int32')
const whole = (emit: Emit, value: number): Name => emit.scalar(value, 'int32')
/** [axes, 2] before and after. */
const margins = (emit: Emit, pairs: readonly (readonly number[])[]): Name =>
  emit.constant(Int32Array.from(pairs.flat()), [pairs.length, 2], 'int32')

const flag = (value: unknown) => (value ? 1 : 0)
const inputsOf = (node: Node, emit: Emit) => node.inputs.map(emit.of)

/** An operator that takes the kernel's inputs and no attributes. */
const plain =
  (op: string): Lowering =>
  (node, emit) =>
    emit(op, inputsOf(node, emit))

const each = (names: string): Lowerings =>
  Object.fromEntries(names.split(' ').map(name => [name, plain(name)]))

const reduction =
  (op: string): Lowering =>
  ({ inputs: [x], attributes }, emit) => {
    const axes = (attributes.axis ?? attributes.reductionIndices) as readonly number[]
    return emit(op, [emit.of(x!), ints(emit, axes)], { keep_dims: flag(attributes.keepDims) })
  }

const along =
  (op: string): Lowering =>
  ({ inputs: [x], attributes: { axis, exclusive, reverse } }, emit) =>
    emit(
      op,
      [emit.of(x!), whole(emit, axis as number)],
      op.startsWith('Cum') ? { exclusive: flag(exclusive), reverse: flag(reverse) } : {},
    )

const resize =
  (op: string): Lowering =>
  ({ inputs: [x], attributes: { size, alignCorners, halfPixelCenters } }, emit) =>
    emit(op, [emit.of(x!), ints(emit, size as readonly number[])], {
      align_corners: flag(alignCorners),
      half_pixel_centers: flag(halfPixelCenters),
    })

const framed = (sizes: readonly number[]) => [1, ...sizes, 1]

/** The kernels' normal form, in which padding is written out. */
interface Windows {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pad: 'valid' | 'same' | number | readonly (readonly number[])[]
}

const geometry = (node: Node) => {
  const { strides, dilations, pad } = node.attributes as unknown as Windows
  if (typeof pad === 'number') throw new Unlowered(node.op, 'padded by a number has no form in a graph model')
  return {
    strides: framed(strides),
    dilations: framed(dilations),
    data_format: strides.length === 2 ? 'NHWC' : 'NDHWC',
    ...(typeof pad === 'string'
      ? { padding: pad.toUpperCase() }
      : { padding: 'EXPLICIT', explicit_paddings: pad.flat() }),
  }
}

const convolution =
  (op: string): Lowering =>
  (node, emit) =>
    emit(op, inputsOf(node, emit), geometry(node))

const transposedConvolution: Lowering = (node, emit) => {
  const [dy, filter] = inputsOf(node, emit)
  const { dilations, ...attributes } = geometry(node)
  if (dilations.some(d => d !== 1))
    throw new Unlowered(node.op, 'with dilations has no form in a graph model')
  return emit('Conv2DBackpropInput', [ints(emit, node.shape), filter!, dy!], attributes)
}

/** Pooling is padded as TensorFlow names it or not at all. */
const pool =
  (op: string): Lowering =>
  (node, emit) => {
    const x = node.inputs[0]!
    const { filterSize, strides, pad } = node.attributes as unknown as Windows & {
      readonly filterSize: readonly number[]
    }
    const named =
      typeof pad === 'string' ? [pad] : typeof pad === 'number' ? [] : (['valid', 'same'] as const)
    const padding = named.find(name => {
      if (typeof pad === 'string') return true
      const size = [...filterSize] as [number, number]
      const { padInfo, outShape } = backend_util.computePool2DInfo(
        [...x.shape] as [number, number, number, number],
        size,
        [...strides] as [number, number],
        1,
        name,
      )
      const { top, bottom, left, right } = padInfo
      const own = (pad as readonly (readonly number[])[]).slice(1, 3).flat()
      return alike([top, bottom, left, right], own) && alike(outShape, node.shape)
    })
    if (!padding) throw new Unlowered(node.op, 'with padding of its own has no form in a graph model')
    return emit(op, [emit.of(x)], {
      ksize: framed(filterSize),
      strides: framed(strides),
      padding: padding.toUpperCase(),
    })
  }

const batchMatMul: Lowering = (node, emit) => {
  const { transposeA, transposeB } = node.attributes
  const flat = node.inputs.every(({ shape }) => shape.length === 2)
  return flat
    ? emit('MatMul', inputsOf(node, emit), { transpose_a: flag(transposeA), transpose_b: flag(transposeB) })
    : emit('BatchMatMulV2', inputsOf(node, emit), { adj_x: flag(transposeA), adj_y: flag(transposeB) })
}

/** A product of the first two inputs, and the third added to its last axis. */
const biased =
  (product: Lowering): Lowering =>
  (node, emit) =>
    emit('BiasAdd', [product({ ...node, inputs: node.inputs.slice(0, 2) }, emit), emit.of(node.inputs[2]!)])

/** A convolution of the first two inputs, the third added to its channels if there is one, and what is applied to the sum. */
const rectified =
  (convolve: Lowering): Lowering =>
  (node, emit) => {
    const { activation, leakyreluAlpha } = node.attributes as Rectified
    const sum = (node.inputs.length > 2 ? biased(convolve) : convolve)(node, emit)
    if (activation === 'linear') return sum
    return activation === 'relu'
      ? emit('Relu', [sum])
      : emit('LeakyRelu', [sum], { alpha: { float: leakyreluAlpha! } })
  }

/** What generators and critics compute, in operators that `loadGraphModel` knows. */
export const lowerings: Lowerings = {
  ...each('Sub RealDiv Maximum Minimum SquaredDifference Pow Atan2 FloorDiv'),
  ...each('Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot'),
  ...each('Neg Abs Sign Square Sqrt Rsqrt Reciprocal Floor Ceil Round Log Log1p Exp Expm1 Erf'),
  ...each('Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh IsNan IsInf IsFinite'),
  ...each('Relu Relu6 Elu Selu Sigmoid Softplus Prelu Softmax GatherNd'),
  Add: plain('AddV2'),
  Multiply: plain('Mul'),
  Mod: plain('FloorMod'),
  Select: plain('SelectV2'),
  LeakyRelu: ({ inputs: [x], attributes }, emit) =>
    emit('LeakyRelu', [emit.of(x!)], { alpha: { float: attributes.alpha as number } }),
  ClipByValue: ({ inputs: [x], attributes: { clipValueMin, clipValueMax } }, emit) =>
    emit('ClipByValue', [
      emit.of(x!),
      ...[clipValueMin, clipValueMax].map(bound => emit.scalar(bound as number)),
    ]),
  Cast: ({ inputs: [x], dtype }, emit) => emit('Cast', [emit.of(x!)], { SrcT: x!.dtype, DstT: dtype }),

  Constant: ({ values, shape, dtype }, emit) => emit.constant(values!, shape, dtype),
  Fill: ({ attributes, shape, dtype }, emit) =>
    emit('Fill', [ints(emit, shape), emit.scalar(attributes.value as number, dtype)], { T: dtype }),

  ...Object.fromEntries('Sum Mean Prod Max Min All Any'.split(' ').map(op => [op, reduction(op)])),
  ...Object.fromEntries('ArgMax ArgMin Cumsum Cumprod'.split(' ').map(op => [op, along(op)])),

  BatchMatMul: batchMatMul,
  _FusedMatMul: biased(batchMatMul),
  Einsum: (node, emit) =>
    emit('Einsum', inputsOf(node, emit), {
      equation: node.attributes.equation as string,
      N: node.inputs.length,
    }),
  AddN: (node, emit) => emit('AddN', inputsOf(node, emit), { N: node.inputs.length }),

  Reshape: (node, emit) => emit('Reshape', [emit.of(node.inputs[0]!), ints(emit, node.shape)]),
  Transpose: ({ inputs: [x], attributes }, emit) =>
    emit('Transpose', [emit.of(x!), ints(emit, attributes.perm as readonly number[])]),
  Slice: ({ inputs: [x], attributes, shape }, emit) =>
    emit('Slice', [emit.of(x!), ints(emit, attributes.begin as readonly number[]), ints(emit, shape)]),
  StridedSlice: ({ inputs: [x], attributes: { begin, end, strides } }, emit) =>
    emit('StridedSlice', [
      emit.of(x!),
      ...[begin, end, strides].map(list => ints(emit, list as readonly number[])),
    ]),
  Concat: (node, emit) =>
    emit('ConcatV2', [...inputsOf(node, emit), whole(emit, node.attributes.axis as number)], {
      N: node.inputs.length,
    }),
  Pack: (node, emit) =>
    emit('Pack', inputsOf(node, emit), { axis: node.attributes.axis as number, N: node.inputs.length }),
  PadV2: ({ inputs: [x], attributes: { paddings, constantValue } }, emit) =>
    emit('PadV2', [
      emit.of(x!),
      margins(emit, paddings as number[][]),
      emit.scalar(constantValue as number, x!.dtype),
    ]),
  MirrorPad: ({ inputs: [x], attributes: { paddings, mode } }, emit) =>
    emit('MirrorPad', [emit.of(x!), margins(emit, paddings as number[][])], {
      mode: (mode as string).toUpperCase(),
    }),
  Tile: ({ inputs: [x], attributes }, emit) =>
    emit('Tile', [emit.of(x!), ints(emit, attributes.reps as readonly number[])]),
  Reverse: ({ inputs: [x], attributes }, emit) =>
    emit('ReverseV2', [emit.of(x!), ints(emit, attributes.dims as readonly number[])]),
  DepthToSpace: ({ inputs: [x], attributes }, emit) =>
    emit('DepthToSpace', [emit.of(x!)], {
      block_size: attributes.blockSize as number,
      data_format: (attributes.dataFormat as string | undefined) ?? 'NHWC',
    }),
  SpaceToBatchND: ({ inputs: [x], attributes: { blockShape, paddings } }, emit) =>
    emit('SpaceToBatchND', [
      emit.of(x!),
      ints(emit, blockShape as number[]),
      margins(emit, paddings as number[][]),
    ]),
  BatchToSpaceND: ({ inputs: [x], attributes: { blockShape, crops } }, emit) =>
    emit('BatchToSpaceND', [
      emit.of(x!),
      ints(emit, blockShape as number[]),
      margins(emit, crops as number[][]),
    ]),

  GatherV2: (node, emit) => {
    const { axis, batchDims } = node.attributes as { axis: number; batchDims: number }
    return emit('GatherV2', [...inputsOf(node, emit), whole(emit, axis)], { batch_dims: batchDims })
  },
  ScatterNd: (node, emit) => emit('ScatterNd', [...inputsOf(node, emit), ints(emit, node.shape)]),
  OneHot: ({ inputs: [x], attributes: { depth, onValue, offValue }, dtype }, emit) =>
    emit(
      'OneHot',
      [
        emit.of(x!),
        whole(emit, depth as number),
        ...[onValue, offValue].map(value => emit.scalar(value as number, dtype)),
      ],
      { T: dtype },
    ),

  FusedBatchNorm: (node, emit) => {
    const [x, mean, variance, offset, scale] = inputsOf(node, emit) as [Name, Name, Name, Name, Name]
    const epsilon = { float: node.attributes.varianceEpsilon as number }
    return emit('FusedBatchNormV3', [x, scale, offset, mean, variance], { epsilon, is_training: 0 })
  },
  LRN: ({ inputs: [x], attributes: { depthRadius, bias, alpha, beta } }, emit) =>
    emit('LRN', [emit.of(x!)], {
      depth_radius: depthRadius as number,
      bias: { float: bias as number },
      alpha: { float: alpha as number },
      beta: { float: beta as number },
    }),
  ResizeBilinear: resize('ResizeBilinear'),
  ResizeNearestNeighbor: resize('ResizeNearestNeighbor'),
  AvgPool: pool('AvgPool'),
  MaxPool: pool('MaxPool'),
  AvgPool3D: pool('AvgPool3D'),
  MaxPool3D: pool('MaxPool3D'),
  Conv2D: convolution('Conv2D'),
  FusedConv2D: rectified(convolution('Conv2D')),
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative'),
  Conv3D: convolution('Conv3D'),
  Conv2DBackpropInput: transposedConvolution,
}
