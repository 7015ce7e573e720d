import * as tf from '@tensorflow/tfjs-core'
import { on } from './case.fixture.ts'

type Pad = Parameters<typeof tf.conv2d>[3]
type Round = 'floor' | 'round' | 'ceil'
interface Conv {
  pad: Pad
  strides?: number | [number, number]
  dilations?: number | [number, number]
  round?: Round
}
const explicit: Pad = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
] as unknown as Pad
const word = ({ pad, strides = 1, dilations = 1 }: Conv) =>
  `${JSON.stringify(pad)} stride ${strides} dilation ${dilations}`

const conv2d = (x: number[], w: number[], c: Conv) =>
  on(`conv2d [${x}] [${w}] ${word(c)}`, [x, w], (a, b) =>
    tf.square(
      tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c.strides ?? 1, c.pad, 'NHWC', c.dilations ?? 1, c.round),
    ),
  )
const depthwise = (x: number[], w: number[], c: Conv) =>
  on(`depthwiseConv2d [${x}] [${w}] ${word(c)}`, [x, w], (a, b) =>
    tf.square(
      tf.depthwiseConv2d(
        a as tf.Tensor4D,
        b as tf.Tensor4D,
        c.strides ?? 1,
        c.pad,
        'NHWC',
        c.dilations ?? 1,
        c.round,
      ),
    ),
  )
const transposed = (
  x: number[],
  w: number[],
  out: [number, number, number, number],
  stride: number,
  pad: Pad,
) =>
  on(`conv2dTranspose [${x}] [${w}] stride ${stride} ${JSON.stringify(pad)}`, [x, w], (a, b) =>
    tf.square(tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, out, stride, pad)),
  )

export const convolution = [
  conv2d([2, 4, 5, 2], [3, 3, 2, 3], { pad: 'same' }),
  conv2d([2, 5, 4, 2], [2, 3, 2, 2], { pad: 'valid' }),
  conv2d([2, 6, 6, 1], [4, 4, 1, 2], { pad: 'same', strides: 2 }),
  conv2d([2, 5, 6, 2], [3, 2, 2, 2], { pad: 'valid', strides: [2, 3] }),
  conv2d([2, 5, 5, 1], [3, 3, 1, 2], { pad: 1, strides: 2, round: 'floor' }),
  conv2d([2, 4, 4, 2], [3, 2, 2, 1], { pad: explicit }),
  conv2d([2, 4, 4, 2], [3, 3, 2, 2], { pad: explicit, strides: 2, round: 'floor' }),
  conv2d([2, 6, 6, 2], [3, 3, 2, 2], { pad: 'same', dilations: 2 }),
  conv2d([2, 7, 6, 1], [3, 2, 1, 2], { pad: 'valid', dilations: [2, 3] }),
  conv2d([2, 3, 3, 4], [1, 1, 4, 2], { pad: 'same' }),
  on(
    'conv2d of one image',
    [
      [4, 4, 2],
      [3, 3, 2, 2],
    ],
    (x, w) => tf.square(tf.conv2d(x as tf.Tensor3D, w as tf.Tensor4D, 1, 'same')),
  ),
  on(
    'conv1d',
    [
      [2, 6, 2],
      [3, 2, 3],
    ],
    (x, w) => tf.square(tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'same')),
  ),
  on(
    'conv1d, dilation 2',
    [
      [2, 7, 2],
      [3, 2, 2],
    ],
    (x, w) => tf.square(tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'valid', 'NWC', 2)),
  ),
  transposed([2, 2, 3, 2], [4, 4, 1, 2], [2, 4, 6, 1], 2, 'same'),
  transposed([2, 2, 2, 2], [3, 3, 2, 2], [2, 5, 5, 2], 2, 'valid'),
  transposed([2, 3, 3, 2], [3, 3, 1, 2], [2, 3, 3, 1], 1, 'same'),
  depthwise([2, 4, 4, 2], [3, 3, 2, 1], { pad: 'same' }),
  depthwise([2, 5, 4, 2], [3, 2, 2, 2], { pad: 'valid' }),
  depthwise([2, 5, 5, 2], [3, 3, 2, 1], { pad: 'same', strides: 2 }),
  depthwise([2, 6, 6, 2], [3, 3, 2, 1], { pad: 'same', dilations: 2 }),
  depthwise([2, 4, 4, 1], [3, 3, 1, 2], { pad: 1, round: 'floor' }),
  on(
    'separableConv2d',
    [
      [2, 4, 4, 2],
      [3, 3, 2, 2],
      [1, 1, 4, 3],
    ],
    (x, d, p) =>
      tf.square(tf.separableConv2d(x as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, 1, 'same')),
  ),
  on(
    'conv3d same',
    [
      [2, 3, 3, 3, 1],
      [2, 2, 2, 1, 2],
    ],
    (x, w) => tf.square(tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same')),
  ),
  on(
    'conv3d stride 2',
    [
      [2, 4, 4, 3, 2],
      [2, 3, 2, 2, 2],
    ],
    (x, w) => tf.square(tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [2, 1, 2], 'valid')),
  ),
  on(
    'conv3d stride 3, same, uneven',
    [
      [2, 4, 5, 3, 2],
      [2, 3, 2, 2, 1],
    ],
    (x, w) => tf.square(tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [3, 2, 3], 'same')),
  ),
  on(
    'conv3d with gaps',
    [
      [1, 5, 4, 4, 1],
      [1, 2, 1, 1, 2],
    ],
    (x, w) => tf.square(tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [3, 2, 2], 'valid')),
  ),
  on(
    'conv3d dilation 2',
    [
      [1, 4, 4, 4, 1],
      [2, 2, 2, 1, 2],
    ],
    (x, w) => tf.square(tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same', 'NDHWC', [2, 2, 2])),
  ),
  on(
    'conv3dTranspose',
    [
      [2, 2, 2, 2, 2],
      [2, 2, 2, 1, 2],
    ],
    (x, w) => tf.square(tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [2, 4, 4, 4, 1], 2, 'same')),
  ),
  // Compilers make one kernel of it.
  on(
    'conv2d of parts in groups',
    [
      [2, 4, 3, 4],
      [3, 3, 2, 6],
    ],
    (x, w) =>
      tf.square(
        tf.concat(
          tf
            .split(x as tf.Tensor4D, 2, 3)
            .map((part, i) =>
              tf.conv2d(part as tf.Tensor4D, tf.split(w as tf.Tensor4D, 2, 3)[i] as tf.Tensor4D, 2, 'same'),
            ),
          3,
        ),
      ),
  ),
  on(
    'dilation2d',
    [{ shape: [1, 4, 4, 2], distinct: true, to: 30 }, [2, 2, 2]],
    (x, w) => tf.square(tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, 1, 'valid')),
    1,
  ),
  on('fused conv2d, linear', [[2, 4, 4, 2], [3, 3, 2, 3], [3]], (x, filter, bias) =>
    tf.square(
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias!,
      }),
    ),
  ),
  on(
    'fused conv2d with elu',
    [{ shape: [2, 4, 4, 2], from: 0.1, to: 1 }, { shape: [3, 3, 2, 3], from: 0.1, to: 1 }, [3]],
    (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias!,
        activation: 'elu',
      }),
  ),
  on('fused depthwiseConv2d, linear', [[2, 4, 4, 2], [3, 3, 2, 1], [2]], (x, filter, bias) =>
    tf.square(
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias!,
      }),
    ),
  ),
]
