import { memory, setBackend, tensor, topk } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { type Answer, expectSame, type Inputs, onCpu, type Plain, random } from '../wasm/compare.fixture.ts'
import { cumulative, pad, reverse, tile } from './axes.ts'
import { registerCompositions } from './composition.ts'
import { floorDiv } from './floor-div.ts'
import { paddings } from './padding.ts'
import { segmentSumByProduct } from './segment-sum.ts'
import { topK } from './top-k.ts'

// Registered over the cpu backend, which has all of these right, a composition must answer as that backend does without it.
// What the devices make of them is for the matrix (test/matrix).

const ids = (values: number[]): Plain => ({ values, shape: [values.length], dtype: 'int32' })
const whole = (shape: number[]): Plain => ({
  ...random(shape),
  values: random(shape).values.map(Math.round),
  dtype: 'int32',
})

type Row = readonly [name: string, inputs: Inputs, attrs: object]

const plain = { dataFormat: 'NHWC', dilations: [1, 1] }

const windows: Row[] = [
  { strides: [1, 1], pad: 1, dimRoundingMode: 'floor' },
  { strides: [2, 2], pad: 1, dimRoundingMode: 'ceil' },
  { strides: [2, 3], pad: 2, dimRoundingMode: 'floor' },
  {
    strides: [1, 1],
    pad: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  },
  {
    strides: [2, 2],
    pad: [
      [0, 0],
      [0, 1],
      [2, 0],
      [0, 0],
    ],
    dimRoundingMode: 'floor',
  },
  { strides: [1, 1], pad: 'same' },
  { strides: [2, 1], pad: 'valid' },
  { strides: [1, 1], pad: 2, dilations: [2, 1], dimRoundingMode: 'floor' },
].flatMap((attrs): Row[] => {
  const x = random([2, 5, 6, 2])
  const [filter, depthwise] = [random([3, 2, 2, 3]), random([3, 2, 2, 2])]
  const { dilations: _, ...pooled } = attrs
  return [
    ['Conv2D', { x, filter }, { ...plain, ...attrs }],
    ['DepthwiseConv2dNative', { x, filter: depthwise }, { ...plain, ...attrs }],
    ['MaxPool', { x }, { ...pooled, filterSize: [3, 2] }],
    ['AvgPool', { x }, { ...pooled, filterSize: [3, 2] }],
  ]
})

const adjoint = (height: number, width: number, attrs: object): Row[] => {
  const [x, filter, depthwise] = [
    [2, 5, 6, 2],
    [3, 2, 2, 3],
    [3, 2, 2, 2],
  ]
  const dy = random([2, height, width, 3])
  const deep = random([2, height, width, 4])
  return [
    ['Conv2DBackpropInput', { dy, filter: random(filter) }, { ...plain, ...attrs, inputShape: x }],
    ['Conv2DBackpropFilter', { x: random(x), dy }, { ...plain, ...attrs, filterShape: filter }],
    [
      'DepthwiseConv2dNativeBackpropInput',
      { dy: deep, filter: random(depthwise) },
      { ...plain, ...attrs, inputShape: x },
    ],
    [
      'DepthwiseConv2dNativeBackpropFilter',
      { x: random(x), dy: deep },
      { ...plain, ...attrs, filterShape: depthwise },
    ],
  ]
}

const volume = { dataFormat: 'NDHWC', dilations: [1, 1, 1] }

const rows: readonly Row[] = [
  ['Reverse', { x: random([2, 3, 2, 2, 3]) }, { dims: [0, 3, 4] }],
  ['Reverse', { x: random([2, 3, 1, 2, 2, 3]) }, { dims: [-1] }],
  ['Reverse', { x: random([2, 1, 2, 2, 3]) }, { dims: [] }],
  ['Reverse', { x: random([2, 3]) }, { dims: [1] }],
  ['Tile', { x: random([2, 1, 2, 3, 1, 2]) }, { reps: [1, 3, 1, 2, 2, 1] }],
  ['Tile', { x: random([2, 3]) }, { reps: [2, 1] }],
  [
    'PadV2',
    { x: random([1, 2, 3, 1, 2]) },
    {
      paddings: [
        [0, 0],
        [1, 0],
        [2, 1],
        [0, 0],
        [0, 3],
      ],
      constantValue: 0.5,
    },
  ],
  [
    'PadV2',
    { x: random([2, 3]) },
    {
      paddings: [
        [1, 1],
        [0, 2],
      ],
      constantValue: -1,
    },
  ],
  ...['Cumsum', 'Cumprod'].flatMap((name): Row[] =>
    [0, 1, 2, 4].flatMap(axis =>
      [false, true].flatMap((exclusive): Row[] =>
        [false, true].map(reverse => [name, { x: random([2, 3, 4, 1, 2]) }, { axis, exclusive, reverse }]),
      ),
    ),
  ),
  ['UnsortedSegmentSum', { x: random([5, 3]), segmentIds: ids([0, 2, 1, 2, 2]) }, { numSegments: 4 }],
  ['UnsortedSegmentSum', { x: random([3, 2, 2]), segmentIds: ids([2, -1, 7]) }, { numSegments: 3 }],
  ['UnsortedSegmentSum', { x: random([4]), segmentIds: ids([1, 1, 0, 3]) }, { numSegments: 4 }],
  ['UnsortedSegmentSum', { x: random([0, 3]), segmentIds: ids([]) }, { numSegments: 2 }],
  ['FloorDiv', { a: random([3, 4], 1, 5), b: random([4], 2) }, {}],
  ['FloorDiv', { a: whole([5]), b: ids([1, 2, 3, 4, 5]) }, {}],
  ...windows,
  ...adjoint(3, 4, { strides: [2, 2], pad: 1, dimRoundingMode: 'floor' }),
  ...adjoint(6, 6, {
    strides: [1, 1],
    pad: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  }),
  ...adjoint(5, 6, { strides: [1, 1], pad: 'same' }),
  [
    'Conv3D',
    { x: random([2, 4, 5, 3, 2]), filter: random([2, 3, 2, 2, 1]) },
    { ...volume, strides: [3, 2, 3], pad: 'same' },
  ],
  [
    'Conv3D',
    { x: random([1, 4, 4, 4, 2]), filter: random([2, 3, 2, 2, 1]) },
    { ...volume, strides: [1, 2, 1], pad: 'valid' },
  ],
  ['MaxPool3D', { x: random([1, 4, 5, 3, 2]) }, { filterSize: [2, 3, 2], strides: [1, 2, 3], pad: 'same' }],
  ['AvgPool3D', { x: random([1, 4, 5, 4, 2]) }, { filterSize: [2, 3, 2], strides: [1, 2, 3], pad: 'same' }],
  [
    'AvgPool3D',
    { x: random([1, 4, 4, 4, 2]) },
    { filterSize: 2, strides: 2, pad: 1, dimRoundingMode: 'floor' },
  ],
]

const expected: Answer[] = []
beforeAll(async () => {
  for (const [name, inputs, attrs] of rows) expected.push(await onCpu(name, inputs, attrs))
})

const shapesOf = (inputs: Inputs) =>
  Object.values(inputs)
    .map(({ shape }: Plain) => `[${shape}]`)
    .join(' ')

test.each(rows.map((row, i) => [row[0], shapesOf(row[1]), JSON.stringify(row[2]), i] as const))(
  '%s of %s, %s',
  async (name, _shapes, _attrs, i) => {
    registerCompositions('cpu', [
      reverse,
      tile,
      pad,
      ...cumulative,
      floorDiv,
      ...paddings,
      segmentSumByProduct,
    ])
    expectSame(await onCpu(name, rows[i]![1], rows[i]![2]), expected[i]!)
  },
)

test.each([
  [[3, 1], 1, [3, 1, 2], [0, 0, 0]],
  [[3], 2, [3, 2], [0, 2]],
] as const)('TopK of %j, %i, are tensors of their own', async (shape, k, largest, places) => {
  await setBackend('cpu')
  registerCompositions('cpu', [topK])
  const { numTensors, numDataBuffers } = memory()
  const x = tensor([3, 1, 2], [...shape])
  const { values, indices } = topk(x, k)
  x.dispose()
  expect([...(await values.data())]).toEqual(largest)
  expect([...(await indices.data())]).toEqual(places)
  for (const t of [values, indices]) t.dispose()
  expect(memory()).toMatchObject({ numTensors, numDataBuffers })
})
