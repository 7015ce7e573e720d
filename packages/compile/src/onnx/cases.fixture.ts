import { backend_util } from '@tensorflow/tfjs-core'
import { type DType, type Node, sizeOf } from '../graph.ts'
import { type Result, tensorOf } from './run.fixture.ts'

/** What a kernel is tried with: numbers of a range unless they are given. */
interface Given {
  readonly shape: readonly number[]
  readonly dtype?: DType
  readonly from?: number
  readonly to?: number
  readonly values?: readonly number[]
}

export interface Case {
  readonly op: string
  readonly inputs: readonly (readonly number[] | Given)[]
  readonly attributes?: Node['attributes']
}

/** Numbers that look drawn, the same in every run. */
function drawn(count: number, seed: number): number[] {
  let state = seed * 2654435761 + 1
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

export const given = (list: Case['inputs']): Result[] =>
  list.map((each, i) => {
    const { shape, dtype = 'float32', from = -2, to = 2, values } = 'shape' in each ? each : { shape: each }
    const numbers = values ?? drawn(sizeOf(shape), i + 1).map(u => from + u * (to - from))
    const typed = numbers.map(x => (dtype === 'bool' ? Number(x > 0) : dtype === 'int32' ? Math.round(x) : x))
    return tensorOf(dtype === 'float32' ? numbers : typed, shape, dtype)
  })

const ints = (values: readonly number[], shape: readonly number[] = [values.length]): Given => ({
  shape,
  dtype: 'int32',
  values,
})
const whole = (shape: readonly number[]): Given => ({ shape, dtype: 'int32', from: -9, to: 9 })
const bools = (shape: readonly number[]): Given => ({ shape, dtype: 'bool' })
const positive = (shape: readonly number[]): Given => ({ shape, from: 0.2, to: 3 })
const special: Given = {
  shape: [9],
  values: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-30, -1e-30, 3e38, -3e38],
}

const broadcasts: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[], [2, 2]],
  [[], []],
]

const elementwise: Case[] = [
  ...[
    'Add',
    'Sub',
    'Multiply',
    'RealDiv',
    'Maximum',
    'Minimum',
    'SquaredDifference',
    'Mod',
    'FloorDiv',
  ].flatMap(op => broadcasts.map(([a, b]) => ({ op, inputs: [a, b] }))),
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].flatMap((op): Case[] => [
    ...broadcasts.map(([a, b]) => ({ op, inputs: [a, b] })),
    { op, inputs: [whole([40]), whole([40])] },
    { op, inputs: [bools([8]), bools([8])] },
    { op, inputs: [special, { ...special, values: [...special.values!].reverse() }] },
  ]),
  ...['Add', 'Sub', 'Multiply', 'Maximum', 'Minimum', 'SquaredDifference'].map(op => ({
    op,
    inputs: [whole([2, 5]), whole([5])],
  })),
  ...['Maximum', 'Minimum'].map(op => ({ op, inputs: [special, { shape: [9], from: -1, to: 1 }] })),
  ...['Mod', 'FloorDiv'].map(op => ({
    op,
    inputs: [ints([7, -7, 7, -7, 6, 0, 2147483647]), ints([3, 3, -3, -3, 3, -2, 2])],
  })),
  {
    op: 'Mod',
    inputs: [
      { shape: [6], values: [5.5, -5.5, 5.5, -5.5, 0, -1] },
      { shape: [6], values: [2, 2, -2, -2, 3, 3] },
    ],
  },
  { op: 'Pow', inputs: [positive([2, 3]), [3]] },
  { op: 'Pow', inputs: [[6], { shape: [], values: [2] }] },
  { op: 'Pow', inputs: [whole([6]), ints([2], [])] },
  { op: 'Atan2', inputs: [[40], [40]] },
  {
    op: 'Atan2',
    inputs: [
      { shape: [5], values: [0, 0, 0, 1, -1] },
      { shape: [5], values: [0, 1, -1, 0, 0] },
    ],
  },
  { op: 'Prelu', inputs: [[2, 3, 4], [4]] },
  {
    op: 'AddN',
    inputs: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
  },
  { op: 'AddN', inputs: [whole([3]), whole([3])] },
  { op: 'LogicalAnd', inputs: [bools([2, 6]), bools([6])] },
  { op: 'LogicalOr', inputs: [bools([2, 6]), bools([6])] },
  { op: 'LogicalNot', inputs: [bools([6])] },
  { op: 'BitwiseAnd', inputs: [whole([6]), whole([6])] },
  ...[
    'Neg',
    'Abs',
    'Square',
    'Exp',
    'Expm1',
    'Sin',
    'Cos',
    'Tanh',
    'Sigmoid',
    'Softplus',
    'Relu',
    'Relu6',
    'Elu',
    'Selu',
    'Floor',
    'Ceil',
    'Round',
    'Sign',
    'Erf',
    'Sinh',
    'Cosh',
    'Atan',
    'Asinh',
  ].flatMap((op): Case[] => [
    { op, inputs: [{ shape: [3, 5], from: -4, to: 4 }] },
    { op, inputs: [[]] },
  ]),
  ...['Sqrt', 'Rsqrt', 'Reciprocal', 'Log', 'Log1p'].map(op => ({ op, inputs: [positive([3, 5])] })),
  ...['Asin', 'Acos', 'Atanh', 'Tan'].map(op => ({ op, inputs: [{ shape: [9], from: -0.9, to: 0.9 }] })),
  { op: 'Acosh', inputs: [{ shape: [9], from: 1.1, to: 3 }] },
  ...['Neg', 'Abs', 'Square', 'Relu', 'Sign'].map(op => ({
    op,
    inputs: [whole([7])],
  })),
  ...[
    'IsNan',
    'IsInf',
    'IsFinite',
    'Sign',
    'Relu',
    'Abs',
    'Exp',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Expm1',
    'Elu',
  ].map(op => ({ op, inputs: [special] })),
  ...['IsNan', 'IsInf', 'IsFinite'].map(op => ({ op, inputs: [whole([3])] })),
  { op: 'Round', inputs: [{ shape: [6], values: [0.5, 1.5, 2.5, -0.5, -1.5, 2.4] }] },
  ...['Expm1', 'Log1p'].map(op => ({ op, inputs: [{ shape: [50], from: -1e-5, to: 1e-5 }] })),
  {
    op: 'Log1p',
    inputs: [{ shape: [8], values: [-0.99, -0.5, -0.4, 0, 0.4999, 0.5, 1e9, Number.POSITIVE_INFINITY] }],
  },
  { op: 'Softplus', inputs: [{ shape: [6], values: [-100, -30, -15, 15, 30, 100] }] },
  ...[0, 0.1, -1].flatMap((alpha): Case[] => [
    { op: 'Step', inputs: [[12]], attributes: { alpha } },
    { op: 'Step', inputs: [special], attributes: { alpha } },
  ]),
  ...[0, 0.2, 1.5].map(alpha => ({ op: 'LeakyRelu', inputs: [[12]], attributes: { alpha } })),
  { op: 'ClipByValue', inputs: [[12]], attributes: { clipValueMin: -0.5, clipValueMax: 1 } },
  { op: 'ClipByValue', inputs: [special], attributes: { clipValueMin: -0.5, clipValueMax: 1 } },
  ...(['float32', 'int32', 'bool'] as const).flatMap(dtype =>
    [[2, 6], whole([6]), bools([6])].map(x => ({ op: 'Cast', inputs: [x], attributes: { dtype } })),
  ),
  { op: 'Select', inputs: [bools([2, 6]), [2, 6], [2, 6]] },
  { op: 'Select', inputs: [bools([5]), whole([5]), whole([5])] },
  { op: 'Select', inputs: [bools([5]), bools([5]), bools([5])] },
  { op: 'Fill', inputs: [], attributes: { shape: [2, 3], value: 0.5, dtype: 'float32' } },
  { op: 'Fill', inputs: [], attributes: { shape: [], value: 3, dtype: 'int32' } },
]

const axes = [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]]
const reductions: Case[] = [
  ...['Sum', 'Mean', 'Prod', 'Min'].flatMap(op =>
    axes.flatMap(axis => [
      { op, inputs: [[2, 3, 4]], attributes: { axis, keepDims: false } },
      { op, inputs: [[2, 3, 4]], attributes: { axis, keepDims: true } },
      { op, inputs: [whole([2, 2, 3])], attributes: { axis, keepDims: false } },
    ]),
  ),
  ...axes.map(axis => ({
    op: 'Max',
    inputs: [[2, 3, 4]],
    attributes: { reductionIndices: axis, keepDims: false },
  })),
  ...['Sum', 'Mean'].map(op => ({ op, inputs: [[]], attributes: { axis: [], keepDims: false } })),
  { op: 'Sum', inputs: [bools([4, 3])], attributes: { axis: [0], keepDims: false } },
  { op: 'Sum', inputs: [[64, 7, 1, 5]], attributes: { axis: [-1], keepDims: false } },
  { op: 'Mean', inputs: [[3, 5, 5, 4]], attributes: { axis: [1, 2], keepDims: true } },
  ...['All', 'Any'].flatMap(op =>
    [[0], [1], [0, 1]].map(axis => ({ op, inputs: [bools([3, 4])], attributes: { axis, keepDims: false } })),
  ),
  ...['ArgMax', 'ArgMin'].flatMap(op => [
    { op, inputs: [[3, 4, 5]], attributes: { axis: 1 } },
    { op, inputs: [ints([3, 1, 3, 1])], attributes: { axis: 0 } },
  ]),
  ...['Cumsum', 'Cumprod'].flatMap(op =>
    [
      [0, false, false],
      [1, true, false],
      [1, false, true],
      [2, true, true],
    ].map(([axis, exclusive, reverse]) => ({
      op,
      inputs: [[2, 7, 3]],
      attributes: { axis, exclusive, reverse },
    })),
  ),
  { op: 'Cumprod', inputs: [whole([5])], attributes: { axis: 0, exclusive: false, reverse: false } },
]

const products: Case[] = [
  ...[false, true].flatMap(transposeA =>
    [false, true].flatMap(transposeB =>
      [
        [[], []],
        [[2], [2]],
        [[2], [1]],
        [[1], [3]],
        [
          [2, 3],
          [2, 3],
        ],
      ].flatMap(([a, b]) => {
        const left = [...a!, ...(transposeA ? [4, 2] : [2, 4])]
        const right = [...b!, ...(transposeB ? [3, 4] : [4, 3])]
        const attributes = { transposeA, transposeB }
        return [
          { op: 'BatchMatMul', inputs: [left, right], attributes },
          { op: '_FusedMatMul', inputs: [left, right, [3]], attributes },
        ]
      }),
    ),
  ),
  {
    op: 'Einsum',
    inputs: [
      [2, 3],
      [3, 4],
    ],
    attributes: { equation: 'ij,jk->ik' },
  },
  {
    op: 'Einsum',
    inputs: [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    attributes: { equation: 'bhid,bhjd->bhij' },
  },
  { op: 'Einsum', inputs: [[2, 3]], attributes: { equation: 'ij->j' } },
  { op: 'Softmax', inputs: [{ shape: [2, 3, 7], from: -9, to: 9 }], attributes: { dim: -1 } },
  { op: 'Softmax', inputs: [[5]], attributes: { dim: 0 } },
  ...[[4], [2, 3, 3, 4]].map(shape => ({
    op: 'FusedBatchNorm',
    inputs: [[2, 3, 3, 4], shape, { shape, from: 0.1, to: 2 }, shape, shape],
    attributes: { varianceEpsilon: 0.01 },
  })),
  { op: 'LRN', inputs: [[2, 3, 3, 7]], attributes: { depthRadius: 2, bias: 1.5, alpha: 0.3, beta: 0.6 } },
]

const slices = (begin: number[], end: number[], strides: number[]) => ({
  op: 'StridedSlice',
  inputs: [[4, 5, 6]],
  attributes: { begin, end, strides },
})
const shapes: Case[] = [
  { op: 'Reshape', inputs: [[2, 6]], attributes: { shape: [3, 4] } },
  { op: 'Reshape', inputs: [[]], attributes: { shape: [1, 1] } },
  { op: 'Reshape', inputs: [bools([4])], attributes: { shape: [2, 2] } },
  { op: 'Transpose', inputs: [[2, 3, 4]], attributes: { perm: [2, 0, 1] } },
  { op: 'Transpose', inputs: [whole([2, 3])], attributes: { perm: [1, 0] } },
  { op: 'Transpose', inputs: [bools([2, 3])], attributes: { perm: [1, 0] } },
  { op: 'Slice', inputs: [[3, 4, 2]], attributes: { begin: [1, 0, 1], size: [2, 4, 1] } },
  { op: 'Slice', inputs: [whole([3, 4])], attributes: { begin: [0, 2], size: [3, 1] } },
  { op: 'Slice', inputs: [bools([3, 4])], attributes: { begin: [0, 2], size: [3, 1] } },
  slices([1, 0, 2], [3, 5, 6], [1, 2, 3]),
  slices([3, 4, 5], [0, 0, 0], [-2, -1, -3]),
  slices([3, 4, 5], [-5, -6, -7], [-1, -2, -1]),
  { op: 'Concat', inputs: [whole([2, 3]), whole([1, 3])], attributes: { axis: 0 } },
  {
    op: 'Pack',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    attributes: { axis: 1 },
  },
  { op: 'Pack', inputs: [[], []], attributes: { axis: 0 } },
  {
    op: 'PadV2',
    inputs: [[2, 3]],
    attributes: {
      paddings: [
        [1, 0],
        [2, 3],
      ],
      constantValue: 0.5,
    },
  },
  {
    op: 'PadV2',
    inputs: [whole([2, 3])],
    attributes: {
      paddings: [
        [0, 0],
        [0, 1],
      ],
      constantValue: 7,
    },
  },
  {
    op: 'MirrorPad',
    inputs: [[3, 4, 2]],
    attributes: {
      paddings: [
        [2, 1],
        [1, 3],
        [0, 0],
      ],
      mode: 'reflect',
    },
  },
  {
    op: 'MirrorPad',
    inputs: [[3, 4]],
    attributes: {
      paddings: [
        [3, 2],
        [0, 4],
      ],
      mode: 'symmetric',
    },
  },
  { op: 'Tile', inputs: [[2, 3]], attributes: { reps: [2, 3] } },
  { op: 'Tile', inputs: [whole([2, 1])], attributes: { reps: [1, 3] } },
  { op: 'Reverse', inputs: [[2, 3, 4]], attributes: { dims: [0, 2] } },
  { op: 'DepthToSpace', inputs: [[2, 2, 3, 8]], attributes: { blockSize: 2, dataFormat: 'NHWC' } },
  {
    op: 'SpaceToBatchND',
    inputs: [[2, 4, 4, 2]],
    attributes: {
      blockShape: [2, 2],
      paddings: [
        [0, 2],
        [1, 1],
      ],
    },
  },
  {
    op: 'BatchToSpaceND',
    inputs: [[8, 2, 2, 1]],
    attributes: {
      blockShape: [2, 2],
      crops: [
        [0, 1],
        [1, 0],
      ],
    },
  },
  { op: 'Diag', inputs: [[4]] },
]

const indexing: Case[] = [
  { op: 'GatherV2', inputs: [[4, 3], ints([1, 3, 1])], attributes: { axis: 0, batchDims: 0 } },
  { op: 'GatherV2', inputs: [[2, 3, 4], ints([3, 0, 3, 1], [2, 2])], attributes: { axis: 2, batchDims: 0 } },
  { op: 'GatherV2', inputs: [[2, 3, 2], ints([1, 2, 0, 0], [2, 2])], attributes: { axis: 1, batchDims: 1 } },
  {
    op: 'GatherV2',
    inputs: [[2, 3, 4, 2], ints([1, 2, 0, 0], [2, 2])],
    attributes: { axis: 2, batchDims: 1 },
  },
  { op: 'GatherV2', inputs: [[4], ints([2], [])], attributes: { axis: 0, batchDims: 0 } },
  { op: 'GatherNd', inputs: [[3, 4], ints([0, 1, 2, 3, 0, 1], [3, 2])] },
  { op: 'GatherNd', inputs: [[3, 4], ints([2, 0, 2], [3, 1])] },
  { op: 'ScatterNd', inputs: [ints([4, 1, 4], [3, 1]), [3, 2]], attributes: { shape: [5, 2] } },
  { op: 'ScatterNd', inputs: [ints([0, 1, 2, 0], [2, 2]), [2]], attributes: { shape: [3, 2] } },
  { op: 'UnsortedSegmentSum', inputs: [[4, 2], ints([2, 0, 2, 1])], attributes: { numSegments: 3 } },
  { op: 'UnsortedSegmentSum', inputs: [[4, 2, 3], ints([2, -1, 0, 5])], attributes: { numSegments: 3 } },
  { op: 'UnsortedSegmentSum', inputs: [[4], ints([2, 0, 2, 1])], attributes: { numSegments: 4 } },
  {
    op: 'OneHot',
    inputs: [ints([1, 0, 5, -1])],
    attributes: { depth: 3, onValue: 1, offValue: 0, dtype: 'float32' },
  },
  {
    op: 'OneHot',
    inputs: [ints([1, 0], [2, 1])],
    attributes: { depth: 3, onValue: 4, offValue: -1, dtype: 'int32' },
  },
]

const pools = [
  { filterSize: 2, strides: 2, pad: 'valid' },
  { filterSize: 3, strides: 2, pad: 'same' },
  { filterSize: [2, 3], strides: 1, pad: 'same' },
  { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'floor' },
  { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'ceil' },
  { filterSize: [3, 2], strides: [2, 3], pad: 'same' },
]
const resizes = [
  [6, 8],
  [2, 3],
  [7, 5],
  [1, 1],
].flatMap(size =>
  [
    [false, false],
    [true, false],
    [false, true],
  ].map(([alignCorners, halfPixelCenters]) => ({ size, alignCorners, halfPixelCenters })),
)
const images: Case[] = [
  ...['AvgPool', 'MaxPool'].flatMap(op =>
    [
      [2, 6, 8, 3],
      [2, 5, 7, 1],
    ].flatMap(x => pools.map(attributes => ({ op, inputs: [x], attributes }))),
  ),
  ...['AvgPool3D', 'MaxPool3D'].flatMap(op =>
    ['same', 'valid'].map(pad => ({
      op,
      inputs: [[1, 4, 5, 3, 2]],
      attributes: { filterSize: [2, 3, 2], strides: [1, 2, 3], pad, dataFormat: 'NDHWC' },
    })),
  ),
  ...['ResizeBilinear', 'ResizeNearestNeighbor'].flatMap(op =>
    resizes.map(attributes => ({ op, inputs: [[2, 3, 4, 2]], attributes })),
  ),
]

type Shape4 = [number, number, number, number]
const convs: {
  strides: number | [number, number]
  pad: 'same' | 'valid' | number
  dimRoundingMode?: 'floor'
}[] = [
  { strides: 1, pad: 'same' },
  { strides: 2, pad: 'same' },
  { strides: [2, 3], pad: 'valid' },
  { strides: 4, pad: 'same' },
  { strides: 2, pad: 1, dimRoundingMode: 'floor' },
]
const plain = { dataFormat: 'NHWC', dilations: [1, 1] }
/** What a fused convolution may apply to its results. */
export const leaky = { activation: 'leakyrelu', leakyreluAlpha: 0.2 }
const convolutions: Case[] = convs.flatMap((how): Case[] => {
  const attributes = { ...plain, ...how }
  const x: Shape4 = [2, 7, 6, 3]
  const width = how.pad === 1 ? 3 : 2
  const filter: Shape4 = [3, width, 3, 4]
  const deep: Shape4 = [3, width, 3, 2]
  const info = backend_util.computeConv2DInfo(x, filter, how.strides, 1, how.pad, how.dimRoundingMode)
  const [h, w] = [info.outHeight, info.outWidth]
  return [
    { op: 'Conv2D', inputs: [x, filter], attributes },
    { op: 'FusedConv2D', inputs: [x, filter, [4]], attributes },
    { op: 'FusedConv2D', inputs: [x, filter, [4]], attributes: { ...attributes, ...leaky } },
    { op: 'FusedConv2D', inputs: [x, filter], attributes: { ...attributes, activation: 'relu' } },
    {
      op: 'Conv2DBackpropInput',
      inputs: [[2, h, w, 4], filter],
      attributes: { ...attributes, inputShape: x },
    },
    {
      op: 'Conv2DBackpropFilter',
      inputs: [x, [2, h, w, 4]],
      attributes: { ...attributes, filterShape: filter },
    },
    { op: 'DepthwiseConv2dNative', inputs: [x, deep], attributes },
    {
      op: 'DepthwiseConv2dNativeBackpropInput',
      inputs: [[2, h, w, 6], deep],
      attributes: { ...attributes, inputShape: x },
    },
    {
      op: 'DepthwiseConv2dNativeBackpropFilter',
      inputs: [x, [2, h, w, 6]],
      attributes: { ...attributes, filterShape: deep },
    },
  ]
})
const dilated = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: [2, 1] }
convolutions.push(
  {
    op: 'Conv2D',
    inputs: [
      [2, 7, 6, 3],
      [3, 2, 3, 4],
    ],
    attributes: dilated,
  },
  {
    op: 'DepthwiseConv2dNative',
    inputs: [
      [2, 7, 6, 3],
      [3, 2, 3, 2],
    ],
    attributes: dilated,
  },
  {
    op: 'Conv3D',
    inputs: [
      [2, 3, 4, 5, 2],
      [2, 2, 3, 2, 3],
    ],
    attributes: { strides: [1, 2, 2], pad: 'same', dilations: [1, 1, 1] },
  },
  {
    op: 'Conv3D',
    inputs: [
      [1, 4, 4, 5, 2],
      [2, 1, 1, 2, 3],
    ],
    attributes: { strides: [3, 2, 2], pad: 'same', dilations: [1, 1, 1] },
  },
  {
    op: 'Conv3DBackpropInputV2',
    inputs: [
      [2, 3, 2, 3, 3],
      [2, 2, 3, 2, 3],
    ],
    attributes: { strides: [1, 2, 2], pad: 'same', inputShape: [2, 3, 4, 5, 2] },
  },
)

/** Kernels with inputs and attributes, as tfjs calls them. */
export const table: readonly Case[] = [
  ...elementwise,
  ...reductions,
  ...products,
  ...shapes,
  ...indexing,
  ...images,
  ...convolutions,
]
