import * as tf from '@tensorflow/tfjs-core'

/** A computation on given tensors. */
export interface Call {
  readonly name: string
  make(): tf.Tensor[]
  readonly f: (...xs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]
}

type Make = () => tf.Tensor

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** Numbers between -2 and 2 that look drawn. */
const floats =
  (...shape: number[]): Make =>
  () =>
    tf.tensor(
      Float32Array.from({ length: size(shape) }, (_, i) => 2 * Math.sin(12.9898 * (i + 1))),
      shape,
    )

/** Whole numbers from 0 to 4. */
const ints =
  (...shape: number[]): Make =>
  () =>
    tf.tensor(
      Int32Array.from({ length: size(shape) }, (_, i) => (i * 7 + 3) % 5),
      shape,
      'int32',
    )

const bools =
  (...shape: number[]): Make =>
  () =>
    tf.tensor(
      Uint8Array.from({ length: size(shape) }, (_, i) => ((i * 5) % 3 === 0 ? 1 : 0)),
      shape,
      'bool',
    )

const list =
  (...values: number[]): Make =>
  () =>
    tf.tensor(values, [values.length], 'int32')

const call = (name: string, inputs: readonly Make[], f: Call['f']): Call => ({
  name,
  make: () => inputs.map(make => make()),
  f,
})

const kernel = (name: string, inputs: tf.NamedTensorMap, attributes: object = {}) =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor

const both = [ints(2, 3), ints(1, 3)]

/** What the gradient gate does not call: integers and bools, kernels without a gradient, unusual attributes. */
export const calls: readonly Call[] = [
  ...Object.entries<(a: tf.Tensor, b: tf.Tensor) => tf.Tensor>({
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    maximum: tf.maximum,
    squaredDifference: tf.squaredDifference,
    pow: tf.pow,
    bitwiseAnd: (a, b) => tf.bitwiseAnd(a, tf.tile(b, [2, 1])),
    equal: tf.equal,
    greater: tf.greater,
  }).map(([name, f]) => call(`${name} of int32`, both, (a, b) => f(a!, b!))),
  call('div, mod, floorDiv of int32', both, (a, b) => [
    tf.div(a!, tf.add(b!, tf.scalar(1, 'int32'))),
    tf.mod(a!, tf.add(b!, tf.scalar(1, 'int32'))),
    tf.floorDiv(a!, tf.add(b!, tf.scalar(1, 'int32'))),
  ]),
  call('mixed types', [floats(2, 3), ints(3), bools(2, 3)], (x, n, mask) => [
    tf.add(x!, n!),
    tf.mul(n!, mask!),
    tf.where(tf.cast(mask!, 'bool'), n!, tf.onesLike(n!)),
    tf.where(tf.cast(mask!, 'bool'), n!, x!),
  ]),
  ...(['float32', 'int32', 'bool'] as const).map(dtype =>
    call(`cast to ${dtype}`, [floats(4), ints(4), bools(4)], (...xs) => xs.map(x => tf.cast(x, dtype))),
  ),
  call('unary of int32', [ints(4)], x => [
    tf.abs(x),
    tf.neg(x),
    tf.square(x),
    tf.sign(x),
    tf.relu(x),
    tf.exp(x),
    tf.leakyRelu(x),
    tf.clipByValue(x, 1, 3),
    tf.step(x),
  ]),
  call('prelu of broadcast slopes', [floats(2, 3), floats(3)], (x, a) => tf.prelu(x!, a!)),
  call('logic', [bools(2, 3), bools(3)], (a, b) => [
    tf.logicalAnd(a!, b!),
    tf.logicalOr(a!, b!),
    tf.logicalXor(a!, b!),
    tf.logicalNot(a!),
  ]),
  ...[undefined, 0, -1, [0, 2], [2, 0], [-1, 1]].flatMap(axis =>
    [false, true].map(keepDims =>
      call(
        `reductions over ${axis}${keepDims ? ', kept' : ''}`,
        [floats(2, 3, 4), ints(2, 3, 4), bools(2, 3, 4)],
        (x, n, mask) => [
          tf.all(mask!, axis, keepDims),
          tf.any(mask!, axis, keepDims),
          ...[x!, n!, mask!].flatMap(y => [
            tf.sum(y, axis, keepDims),
            tf.mean(y, axis, keepDims),
            tf.prod(y, axis, keepDims),
            tf.max(y, axis, keepDims),
            tf.min(y, axis, keepDims),
          ]),
        ],
      ),
    ),
  ),
  call('reductions of a number', [floats()], x => [tf.sum(x), tf.max(x), tf.mean(x), tf.prod(x)]),
  ...[0, -1].map(axis =>
    call(`along axis ${axis}`, [floats(2, 3), ints(2, 3)], (x, n) => [
      tf.argMax(x!, axis),
      tf.argMin(n!, axis),
      // The cpu backend's running sums and products know no negative axes.
      tf.cumsum(x!, Math.abs(axis), true, false),
      tf.cumsum(n!, Math.abs(axis), false, true),
      tf.cumprod(x!, Math.abs(axis), true, true),
      tf.concat([n!, n!], axis),
      tf.stack([x!, x!], axis),
      tf.gather(x!, tf.tensor([1, 0, 1], [3], 'int32'), axis),
      tf.reverse(x!, axis),
      tf.expandDims(n!, axis),
    ]),
  ),
  call('parts', [floats(4, 6), ints(2, 3)], (x, n) => [
    ...tf.split(x!, 3, -1),
    ...tf.split(x!, [1, 3], 0),
    ...tf.split(x!, 1, 0),
    ...tf.unstack(tf.slice(n!, 0, 1), 0),
    ...tf.unstack(n!, -1),
    ...tf.unstack(n!, 0),
    tf.slice(x!, 1),
    tf.slice(x!, [1, 2], [-1, 3]),
  ]),
  ...[
    [[1, 1], [4, 6], [1, 2], 0, 0, 0, 0, 0],
    [[-1, 0], [0, 6], [-2, 1], 0, 1, 0, 0, 0],
    [[3, 5], [-9, -9], [-1, -2], 0, 0, 0, 0, 0],
    [[2, 1], [3, 5], [1, 1], 0, 0, 0, 0, 1],
    [[2, 1], [3, 5], [1, 1], 2, 2, 0, 0, 0],
    [[0, 2, 0], [0, 4, 5], [1, 1, 2], 0, 0, 0, 1, 0],
    [[0, 1], [0, 5], [1, 2], 0, 0, 1, 0, 0],
  ].map(([begin, end, strides, ...masks]) =>
    call(`strided slice ${JSON.stringify([begin, end, strides, ...masks])}`, [floats(4, 6)], x =>
      tf.stridedSlice(
        x,
        begin as number[],
        end as number[],
        strides as number[],
        ...(masks as [number, number, number, number, number]),
      ),
    ),
  ),
  call('topk', [floats(2, 7), ints(3, 2, 6)], (x, n) => {
    const [a, b, c] = [tf.topk(x!, 3), tf.topk(n!, 4), tf.topk(n!, 1)]
    return [a.values, a.indices, b.values, b.indices, c.values, c.indices]
  }),
  call('numbers in a row', [floats(5)], x => [
    tf.range(2, 11, 3),
    tf.range(0, 1, 0.1),
    tf.range(5, 0, -2, 'int32'),
    tf.range(5, 0),
    tf.range(3, 3),
    tf.linspace(0, 1, 7),
    tf.add(tf.fill([5], 0.1), x),
    tf.fill([2, 2], 3, 'int32'),
  ]),
  call('indices', [ints(2, 3), floats(5, 4)], (n, x) => [
    tf.oneHot(n!, 4),
    tf.oneHot(n!, 6, 0.5, -1, 'float32'),
    tf.gather(x!, n!),
    tf.gather(tf.transpose(x!), n!, 1),
    tf.gather(tf.slice(x!, 0, 2), tf.mod(n!, tf.scalar(3, 'int32')), 1, 1),
    tf.gather(tf.slice(x!, 0, 2), tf.mod(n!, tf.scalar(4, 'int32')), 1, -1),
    tf.gatherND(x!, tf.mod(tf.slice(n!, [0, 0], [2, 2]), tf.scalar(4, 'int32'))),
    tf.unsortedSegmentSum(x!, tf.tensor([0, 2, 0, 7, 1], [5], 'int32'), 4),
    tf.unsortedSegmentSum(tf.cast(x!, 'int32'), tf.tensor([0, 2, 0, 7, 1], [5], 'int32'), 4),
  ]),
  call('scatters', [floats(3, 2), floats(5, 2), ints(3)], (x, to, n) => {
    const at = tf.tensor([[0], [3], [0]], [3, 1], 'int32')
    const apart = tf.tensor([[0], [3], [1]], [3, 1], 'int32')
    return [
      tf.scatterND(at, x!, [4, 2]),
      tf.scatterND(at, n!, [4]),
      tf.tensorScatterUpdate(to!, apart, x!),
      tf.sparseToDense(tf.reshape(apart, [3]), tf.slice(tf.reshape(x!, [6]), 0, 3), [5], tf.scalar(7)),
    ]
  }),
  call('counts', [ints(6), floats(6), ints(2, 3)], (n, weights, rows) => [
    tf.bincount(n as tf.Tensor1D, weights as tf.Tensor1D, 5),
    tf.denseBincount(n as tf.Tensor1D, tf.tensor1d([]), 4),
    tf.denseBincount(rows as tf.Tensor2D, tf.tensor2d([], [0, 0]), 4, true),
    tf.searchSorted(tf.tensor2d([[0, 1, 3, 3]]), tf.tensor2d([[1, 2, 3]]), 'right'),
    tf.lowerBound(tf.tensor1d([0, 1, 3, 3]), tf.slice(weights!, 0, 3)),
  ]),
  call('shapes of shapes', [list(1, 3), list(2, 1, 3)], (s0, s1) =>
    kernel('BroadcastArgs', { s0: s0!, s1: s1! }),
  ),
  call('blocks', [floats(4, 2, 4, 4), ints(4, 2, 4, 4)], (x, n) => [
    tf.depthToSpace(x as tf.Tensor4D, 2),
    tf.batchToSpaceND(
      x!,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
    tf.spaceToBatchND(
      n!,
      [2, 2],
      [
        [1, 1],
        [2, 0],
      ],
    ),
    tf.diag(tf.slice(x!, [0, 0, 0, 0], [2, 2, 1, 1])),
    tf.pad(
      n!,
      [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ],
      3,
    ),
    tf.mirrorPad(
      n!,
      [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ],
      'symmetric',
    ),
    tf.tile(n!, [1, 2, 1, 3]),
    tf.broadcastTo(tf.slice(n!, 0, 1), [3, 2, 4, 4]),
  ]),
  call('products', [floats(2, 3, 4), floats(4, 5), floats(1, 5, 4)], (x, y, z) => [
    tf.matMul(x!, y!),
    tf.matMul(x!, z!, false, true),
    tf.matMul(y!, y!, true),
    tf.dot(tf.slice(y!, [0, 0], [4, 1]), tf.slice(y!, [0, 0], [1, 4])),
    tf.einsum('ijk, kl -> jil', x!, y!),
    tf.einsum('ijk->ki', x!),
    tf.einsum('ijk->kji', x!),
    tf.addN([y!, y!]),
  ]),
  call('products of int32', [ints(2, 3), ints(3, 2)], (x, y) => [tf.matMul(x!, y!), tf.addN([x!, x!])]),
  ...(['relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu', 'linear'] as const).map(activation =>
    call(
      `fused, ${activation}`,
      [floats(1, 4, 4, 2), floats(2, 2, 2, 2), floats(2), floats(2)],
      (x, filter, bias, slope) => {
        const image = x as tf.Tensor4D
        const kernel = filter as tf.Tensor4D
        const common = {
          strides: [1, 1] as [number, number],
          pad: 'same' as const,
          bias: bias as tf.Tensor1D,
          activation,
          ...(activation === 'prelu' ? { preluActivationWeights: slope as tf.Tensor1D } : {}),
          ...(activation === 'leakyrelu' ? { leakyreluAlpha: 0.3 } : {}),
        }
        const { strides: _, pad: __, ...flat } = common
        return [
          tf.fused.conv2d({ x: image, filter: kernel, ...common }),
          tf.fused.depthwiseConv2d({
            x: image,
            filter: tf.slice(kernel, [0, 0, 0, 0], [2, 2, 2, 1]) as tf.Tensor4D,
            ...common,
          }),
          tf.fused.matMul({
            a: tf.reshape(image, [16, 2]),
            b: tf.reshape(kernel, [2, 8]),
            transposeB: false,
            ...flat,
            bias: tf.tile(tf.concat([bias!, slope!]), [2]) as tf.Tensor1D,
            ...(activation === 'prelu'
              ? { preluActivationWeights: tf.tile(slope!, [4]) as tf.Tensor1D }
              : {}),
          }),
        ]
      },
    ),
  ),
  ...[
    { strides: 1, pad: 'same', dilations: 1 },
    { strides: 2, pad: 'same', dilations: 1 },
    { strides: [2, 1], pad: 'valid', dilations: 1 },
    { strides: 1, pad: 'same', dilations: 2 },
    { strides: 2, pad: 1, dilations: 1, round: 'floor' },
    { strides: 3, pad: 1, dilations: 1, round: 'ceil' },
    {
      strides: 2,
      pad: [
        [0, 0],
        [2, 0],
        [1, 1],
        [0, 0],
      ],
      dilations: 1,
    },
  ].map(({ strides, pad, dilations, round }) =>
    call(
      `windows ${JSON.stringify({ strides, pad, dilations, round })}`,
      [floats(2, 7, 5, 3), floats(3, 2, 3, 4), floats(2, 2, 3, 2)],
      (x, filter, each) => {
        const image = x as tf.Tensor4D
        const told = [strides as number, pad as 'same'] as const
        const rounding = round as 'floor' | undefined
        return [
          tf.conv2d(image, filter as tf.Tensor4D, ...told, 'NHWC', dilations, rounding),
          tf.depthwiseConv2d(image, each as tf.Tensor4D, ...told, 'NHWC', dilations, rounding),
          ...(dilations === 1
            ? [tf.avgPool(image, [3, 2], ...told, rounding), tf.maxPool(image, [3, 2], ...told, rounding)]
            : []),
        ]
      },
    ),
  ),
  call('convolutions of NCHW', [floats(2, 3, 6, 5), floats(3, 2, 3, 4)], (x, filter) => [
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same', 'NCHW'),
    tf.conv2d(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      1,
      [
        [0, 0],
        [0, 0],
        [2, 0],
        [1, 1],
      ],
      'NCHW',
    ),
  ]),
  call('volumes', [floats(1, 4, 5, 4, 2), floats(2, 2, 2, 2, 3)], (x, filter) => {
    const volume = x as tf.Tensor5D
    return [
      tf.conv3d(volume, filter as tf.Tensor5D, [1, 2, 1], 'same'),
      tf.conv3d(volume, filter as tf.Tensor5D, 1, 'valid', 'NDHWC', [1, 2, 1]),
      tf.avgPool3d(volume, 2, [1, 2, 2], 'same'),
      tf.maxPool3d(volume, [2, 1, 2], 2, 'valid'),
      tf.maxPool3d(volume, 2, 2, 1, 'ceil'),
    ]
  }),
  call('dilation', [floats(1, 5, 5, 2), floats(2, 3, 2)], (x, filter) =>
    tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 2, 'same'),
  ),
  ...[
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: false },
    { alignCorners: false, halfPixelCenters: true },
  ].map(({ alignCorners, halfPixelCenters }) =>
    call(
      `resizing, ${alignCorners ? 'corners aligned' : halfPixelCenters ? 'half pixels' : 'plain'}`,
      [floats(2, 4, 3, 2), ints(2, 4, 3, 2)],
      (x, n) => {
        const told = [[5, 7] as [number, number], alignCorners, halfPixelCenters] as const
        return [
          tf.image.resizeBilinear(x as tf.Tensor4D, ...told),
          tf.image.resizeBilinear(n as tf.Tensor4D, ...told),
          tf.image.resizeNearestNeighbor(x as tf.Tensor4D, ...told),
          tf.image.resizeNearestNeighbor(n as tf.Tensor4D, ...told),
        ]
      },
    ),
  ),
  call('images', [floats(2, 5, 4, 3)], x => {
    const image = x as tf.Tensor4D
    const boxes = tf.tensor2d([0, 0, 1, 1, 0.2, 0.3, 0.9, 0.7], [2, 4])
    const transforms = tf.tensor2d([1, 0.1, 0, 0, 1, -1, 0, 0], [1, 8])
    return [
      tf.image.flipLeftRight(image),
      tf.image.rotateWithOffset(image, 0.3, [0.1, 0.2, 0.3], [0.4, 0.6]),
      tf.image.cropAndResize(image, boxes, tf.tensor1d([1, 0], 'int32'), [3, 2], 'nearest', 0.5),
      tf.image.cropAndResize(image, boxes, tf.tensor1d([1, 0], 'int32'), [2, 4]),
      tf.image.transform(image, transforms, 'bilinear', 'reflect', 0),
      tf.image.transform(image, transforms, 'nearest', 'constant', 2, [3, 6]),
      tf.localResponseNormalization(image, 1, 1, 0.5, 0.75),
    ]
  }),
  call('batch norm', [floats(2, 3, 4), floats(4), floats(4)], (x, mean, scale) => {
    const variance = tf.add(tf.square(scale!), 0.1)
    return [
      tf.batchNorm(x!, mean!, variance),
      tf.batchNorm(x!, mean!, variance, undefined, scale),
      tf.batchNorm(x!, mean!, variance, mean, scale, 1e-5),
    ]
  }),
  call('gradients of pools, sizes and units', [floats(2, 4, 6, 3)], x => {
    const image = x as tf.Tensor4D
    const window = { filterSize: 2, strides: [2, 3], pad: 'same' }
    const [average, most] = [tf.avgPool(image, 2, [2, 3], 'same'), tf.maxPool(image, 2, [2, 3], 'same')]
    const volume = tf.reshape(x, [1, 2, 4, 6, 3]) as tf.Tensor5D
    const block = { filterSize: 2, strides: 2, pad: 'valid' }
    const [mean, top] = [tf.avgPool3d(volume, 2, 2, 'valid'), tf.maxPool3d(volume, 2, 2, 'valid')]
    const normed = { depthRadius: 1, bias: 1, alpha: 0.5, beta: 0.75 }
    const large = tf.tile(x, [1, 2, 2, 1])
    return [
      kernel('AvgPoolGrad', { dy: average, input: image }, window),
      kernel('MaxPoolGrad', { dy: most, input: image, output: most }, window),
      kernel('AvgPool3DGrad', { dy: mean, input: volume }, block),
      kernel('MaxPool3DGrad', { dy: top, input: volume, output: top }, block),
      kernel('LRNGrad', { x, y: tf.localResponseNormalization(image, 1, 1, 0.5, 0.75), dy: x }, normed),
      // Of squares: the cpu backend exchanges height and width.
      kernel(
        'ResizeBilinearGrad',
        { images: tf.slice(x, 0, [2, 4, 4, 3]), dy: large },
        { alignCorners: true },
      ),
      kernel('ResizeNearestNeighborGrad', { images: x, dy: large }, { alignCorners: false }),
      kernel('EluGrad', { dy: x, y: tf.elu(x) }),
    ]
  }),
  call('gradients of volumes', [floats(1, 4, 5, 4, 2), floats(1, 2, 3, 2, 3)], (x, dy) =>
    kernel(
      'Conv3DBackpropFilterV2',
      { x: x!, dy: dy! },
      { strides: 2, pad: 'same', filterShape: [2, 2, 2, 2, 3] },
    ),
  ),
  call('nothing', [floats(0, 3), floats(2, 3)], (none, x) => [
    tf.concat([none!, x!], 0),
    tf.concat([none!, none!], 0),
    tf.sum(none!, 0),
    tf.sum(none!),
    tf.add(none!, tf.slice(x!, 0, 1)),
    tf.matMul(none!, x!, false, true),
    tf.reshape(none!, [3, 0]),
    tf.transpose(none!),
    tf.tile(x!, [0, 2]),
    tf.zeros([0, 2]),
  ]),
]
