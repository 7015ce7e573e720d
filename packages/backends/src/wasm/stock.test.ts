/** The stock kernels that stay in use: that they are right where training meets them, special values included. */
import { expect, test } from 'vitest'
import { compare, type Inputs, onWasm, type Plain, random } from './compare.fixture.ts'

type Call = [name: string, inputs: Inputs, attrs?: object]

const special = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[0, -0, 1e-40, 3e38, -3e38, 1, -1, 0.5, -0.5, 7, -7, 2.5, -2.5],
]
const n = special.length
const row: Plain = { values: special, shape: [n], dtype: 'float32' }
const column: Plain = { values: special, shape: [n, 1], dtype: 'float32' }
const spoilt = (shape: number[], bad: number): Plain => {
  const x = random(shape)
  return { ...x, values: [...x.values].map((v, i) => (i === 5 ? bad : v)) }
}
const bool = (values: number[], shape = [values.length]): Plain => ({ values, shape, dtype: 'bool' })
const int = (values: number[], shape = [values.length]): Plain => ({ values, shape, dtype: 'int32' })
const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

const unary = [
  ...['Abs', 'Neg', 'Relu', 'Square', 'Floor', 'Ceil', 'Round', 'IsNan', 'IsInf', 'IsFinite'],
  ...['Tan', 'Atan', 'Asin', 'Acos', 'Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh', 'ZerosLike', 'OnesLike'],
].map((name): Call => [name, { x: row }])

const binary = ['Add', 'Sub', 'Multiply', 'RealDiv', 'SquaredDifference', 'Mod', 'Atan2'].flatMap(
  (name): Call[] => [
    [name, { a: column, b: row }],
    [name, { a: row, b: row }],
    [name, { a: random([3, 1, 4]), b: random([2, 1], 2) }],
    [name, { a: random([5, 3]), b: random([], 2) }],
  ],
)

const nested = bad.flatMap((v): Call[] => [
  ['Softmax', { logits: spoilt([3, 7], v) }, { dim: 1 }],
  ['Cumsum', { x: spoilt([3, 7], v) }, { axis: 1, exclusive: false, reverse: false }],
  ['Cumsum', { x: spoilt([7, 3], v) }, { axis: 0, exclusive: true, reverse: true }],
  [
    'PadV2',
    { x: spoilt([2, 4], v) },
    {
      paddings: [
        [1, 0],
        [0, 2],
      ],
      constantValue: 0.5,
    },
  ],
  [
    'MirrorPad',
    { x: spoilt([2, 4], v) },
    {
      paddings: [
        [1, 0],
        [0, 2],
      ],
      mode: 'reflect',
    },
  ],
  ['Step', { x: spoilt([9], v) }, { alpha: 0.1 }],
  ['Prelu', { x: spoilt([4, 3], v), alpha: random([3], 2) }],
  ['ArgMax', { x: spoilt([3, 7], v) }, { axis: 1 }],
  ['LRN', { x: spoilt([2, 3, 3, 4], v) }, { depthRadius: 1, bias: 1, alpha: 1, beta: 0.5 }],
  ['Concat', [spoilt([2, 3], v), random([2, 2], 2)], { axis: 1 }],
  ['Pack', [spoilt([2, 3], v), random([2, 3], 2)], { axis: 1 }],
])

const resized = ['ResizeBilinear', 'ResizeNearestNeighbor'].flatMap(name =>
  [
    [5, 7],
    [6, 2],
    [2, 3],
  ].flatMap(size =>
    [
      [false, false],
      [true, false],
      [false, true],
    ].map(([alignCorners, halfPixelCenters]): Call => {
      return [name, { images: random([2, 3, 4, 2]) }, { size, alignCorners, halfPixelCenters }]
    }),
  ),
)

const dy = random([2, 3, 3, 5], 4)
const input = random([2, 6, 6, 5], 5)
const others: Call[] = [
  ['LogicalAnd', { a: bool([1, 0, 1]), b: bool([1]) }],
  ['LogicalOr', { a: bool([1, 0, 1]), b: bool([0]) }],
  ['LogicalNot', { x: bool([1, 0]) }],
  ['Cast', { x: bool([1, 0]) }, { dtype: 'float32' }],
  ['Cast', { x: int([3, -2]) }, { dtype: 'float32' }],
  ['ScatterNd', { indices: int([0, 2, 2], [3, 1]), updates: random([3, 4]) }, { shape: [5, 4] }],
  ['GatherNd', { params: random([3, 4, 2]), indices: int([0, 1, 2, 3], [2, 2]) }],
  [
    'SpaceToBatchND',
    { x: random([2, 4, 6, 3]) },
    {
      blockShape: [2, 2],
      paddings: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  [
    'BatchToSpaceND',
    { x: random([8, 2, 3, 3]) },
    {
      blockShape: [2, 2],
      crops: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  ['DepthToSpace', { x: random([2, 3, 2, 8]) }, { blockSize: 2, dataFormat: 'NHWC' }],
  ['AvgPool3D', { x: random([2, 4, 5, 4, 2]) }, { filterSize: [2, 3, 2], strides: [1, 2, 1], pad: 'same' }],
  ['AvgPoolGrad', { dy, input }, { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }],
  ['EluGrad', { dy: random([7]), y: random([7], 2) }],
  ['ResizeBilinearGrad', { images: dy, dy: input }, { alignCorners: false }],
  ['ResizeBilinearGrad', { images: dy, dy: input }, { alignCorners: true }],
  [
    'LRNGrad',
    { x: input, y: random([2, 6, 6, 5], 6), dy: random([2, 6, 6, 5], 7) },
    { depthRadius: 1, bias: 1, alpha: 1, beta: 0.5 },
  ],
]

test.each([...unary, ...binary, ...nested, ...resized, ...others])(
  '%s agrees with cpu',
  async (name, inputs, attrs = {}) => {
    await compare(name, inputs, attrs, 2e-5)
  },
)

// The cpu backend mistakes the rows of every image but the first.
test('ResizeNearestNeighborGrad counts each pixel where it came from', async () => {
  const ones = { values: new Array<number>(2 * 16).fill(1), shape: [2, 4, 4, 1], dtype: 'float32' as const }
  const images = random([2, 2, 2, 1])
  const { values } = await onWasm('ResizeNearestNeighborGrad', { images, dy: ones }, { alignCorners: false })
  expect(values).toEqual([4, 4, 4, 4, 4, 4, 4, 4])
})
