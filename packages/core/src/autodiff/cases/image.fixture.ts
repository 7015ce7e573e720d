import * as tf from '@tensorflow/tfjs-core'
import { bent, on } from './case.fixture.ts'

const pools: [
  string,
  number[],
  number | [number, number],
  number | [number, number],
  unknown,
  ('floor' | 'ceil')?,
][] = [
  ['2 by 2', [2, 4, 6, 2], 2, 2, 'valid'],
  ['overlapping', [2, 5, 5, 2], 3, 2, 'valid'],
  ['same, padded', [2, 5, 5, 2], 3, 2, 'same'],
  ['stride 1, same', [2, 4, 4, 1], [2, 3], 1, 'same'],
  ['padded by 1', [2, 5, 5, 1], 3, 2, 1, 'floor'],
  ['padded by 1, rounded up', [2, 6, 6, 1], 3, 2, 1, 'ceil'],
  ['with a rest', [2, 5, 7, 1], 2, 2, 'valid'],
]
const sizes: [number[], [number, number]][] = [
  [
    [2, 3, 4, 2],
    [6, 8],
  ],
  [
    [2, 4, 4, 1],
    [2, 3],
  ],
  [
    [2, 3, 3, 2],
    [7, 5],
  ],
]
const ways: [boolean, boolean][] = [
  [false, false],
  [true, false],
  [false, true],
]

export const images = [
  ...pools.flatMap(([name, shape, filter, strides, pad, round]) => [
    bent(`avgPool ${name}`, shape, x => tf.avgPool(x as tf.Tensor4D, filter, strides, pad as 'same', round)),
    bent(`maxPool ${name}`, { shape, distinct: true }, x =>
      tf.maxPool(x as tf.Tensor4D, filter, strides, pad as 'same', round),
    ),
  ]),
  bent('maxPool of a relu', { shape: [2, 4, 4, 2], distinct: true, from: -1.01 }, x =>
    tf.maxPool(tf.relu(x) as tf.Tensor4D, 2, 2, 'valid'),
  ),
  bent('avgPool3d', [2, 4, 4, 2, 2], x => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'valid')),
  bent('avgPool3d, padded', [1, 3, 4, 3, 2], x => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same')),
  bent('maxPool3d', { shape: [2, 4, 4, 2, 2], distinct: true }, x =>
    tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid'),
  ),
  bent('maxPool3d, padded', { shape: [1, 3, 4, 3, 2], distinct: true }, x =>
    tf.maxPool3d(x as tf.Tensor5D, 2, 1, 'same'),
  ),
  bent('avgPool of uneven strides', [2, 7, 8, 2], x => tf.avgPool(x as tf.Tensor4D, [3, 2], [2, 3], 'same')),
  bent('maxPool of uneven strides', { shape: [2, 7, 8, 2], distinct: true }, x =>
    tf.maxPool(x as tf.Tensor4D, [3, 2], [2, 3], 'same'),
  ),
  bent('maxPool with gaps', { shape: [2, 7, 7, 1], distinct: true }, x =>
    tf.maxPool(x as tf.Tensor4D, 2, 3, 'valid'),
  ),
  bent('maxPool3d of uneven strides', { shape: [1, 4, 5, 3, 2], distinct: true }, x =>
    tf.maxPool3d(x as tf.Tensor5D, [2, 3, 2], [1, 2, 3], 'same'),
  ),
  bent('pool with dilation', [2, 6, 6, 1], x => tf.pool(x as tf.Tensor4D, 2, 'avg', 'valid', 2)),
  ...sizes.flatMap(([shape, size]) =>
    ways.flatMap(([align, half]) => {
      const how = `[${shape}] to [${size}]${align ? ', corners aligned' : ''}${half ? ', half-pixel centres' : ''}`
      return [
        bent(`resizeBilinear ${how}`, shape, x =>
          tf.image.resizeBilinear(x as tf.Tensor4D, size, align, half),
        ),
        bent(`resizeNearestNeighbor ${how}`, shape, x =>
          tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, align, half),
        ),
      ]
    }),
  ),
  on(
    'batchNorm',
    [[2, 3, 3, 2], [2], { shape: [2], from: 0.5, to: 2 }, [2], [2]],
    (x, mean, variance, offset, scale) =>
      tf.square(
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-3,
        ),
      ),
  ),
  on('localResponseNormalization', [{ shape: [2, 2, 2, 5], from: 0.5, to: 2 }], x =>
    tf.square(tf.localResponseNormalization(x as tf.Tensor4D, 1, 1, 0.5, 0.75)),
  ),
  bent('rgbToGrayscale', [2, 2, 2, 3], x => tf.image.rgbToGrayscale(x as tf.Tensor4D)),
  bent('grayscaleToRGB', [2, 2, 2, 1], x => tf.image.grayscaleToRGB(x as tf.Tensor4D)),
]
