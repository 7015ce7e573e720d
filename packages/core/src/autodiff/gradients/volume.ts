import {
  backend_util,
  type Conv3DAttrs,
  pad,
  reverse,
  slice,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { type Rule, rule, run } from '../rule.ts'
import { collected, spaced, spread } from './spacing.ts'

// Both adjoints of a convolution of volumes are written as convolutions of volumes: the kernels for them give wrong
// numbers on wasm, and the compositions have their gradients from the forward kernel's rule.

interface Geometry {
  readonly input: number[]
  readonly output: number[]
  readonly taps: number[]
  readonly stride: number[]
  /** Places before the input that the first window reaches; negative where it starts within. */
  readonly before: number[]
}

type Shape5 = [number, number, number, number, number]

/** Of a plain convolution: a dilated filter is spread before. */
function geometry(input: number[], filter: number[], attrs: Pick<Conv3DAttrs, 'strides' | 'pad'>): Geometry {
  const info = backend_util.computeConv3DInfo(input as Shape5, filter as Shape5, attrs.strides, 1, attrs.pad)
  return {
    input: input.slice(1, -1),
    output: info.outShape.slice(1, -1),
    taps: filter.slice(0, 3),
    stride: [info.strideDepth, info.strideHeight, info.strideWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  }
}

const convolved = (x: Tensor, filter: Tensor) =>
  run(
    'Conv3D',
    { x, filter },
    { strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC', dilations: [1, 1, 1] },
  )

/** x cut or filled up with zeros to start `before` places ahead of it and to have `sizes` along the spatial axes. */
function framed(x: Tensor, before: number[], sizes: number[]): Tensor {
  const axes = before.map((margin, i) => {
    const begin = Math.max(0, -margin)
    const used = Math.min(x.shape[i + 1]! - begin, sizes[i]! - Math.max(0, margin))
    return {
      begin,
      used,
      margins: [Math.max(0, margin), sizes[i]! - Math.max(0, margin) - used] as [number, number],
    }
  })
  const cut = slice(
    x,
    [0, ...axes.map(a => a.begin), 0],
    [x.shape[0]!, ...axes.map(a => a.used), x.shape[4]!],
  )
  return pad(cut, [[0, 0], ...axes.map(a => a.margins), [0, 0]])
}

/** The outputs as far apart as the windows lie. */
const apart = (dy: Tensor, g: Geometry) => g.stride.reduce((x, stride, i) => spaced(x, i + 1, stride), dy)

/** dy [n, ...output, o] and filter [...taps, c, o] -> [n, ...input, c]. */
function toInput(dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  const before = g.taps.map((k, i) => k - 1 - g.before[i]!)
  const frame = g.taps.map((k, i) => g.input[i]! + k - 1)
  const turned = transpose(reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3])
  return convolved(framed(apart(dy, g), before, frame), turned)
}

/** x [n, ...input, c] and dy [n, ...output, o] -> [...taps, c, o]: batch and channels change places. */
function toFilter(x: Tensor, dy: Tensor, g: Geometry): Tensor {
  const windows = transpose(apart(dy, g), [1, 2, 3, 0, 4])
  const frame = g.taps.map((k, i) => windows.shape[i]! + k - 1)
  const images = transpose(framed(x, g.before, frame), [4, 1, 2, 3, 0])
  return transpose(convolved(images, windows), [1, 2, 3, 0, 4])
}

const forward = rule<Conv3DAttrs>('Conv3D', { inputs: ['x', 'filter'] }, (dy, { attrs, input, shape }) => {
  const { dilations: d } = attrs
  const dilations = typeof d === 'object' ? d : [d ?? 1, d ?? 1, d ?? 1]
  const plain = shape('filter').map((n, i) => (n - 1) * (dilations[i] ?? 1) + 1)
  const g = geometry(shape('x'), plain, attrs)
  return {
    x: () => toInput(dy, spread(input('filter'), dilations), g),
    filter: () => collected(toFilter(input('x'), dy, g), dilations),
  }
})

/** The forward kernel of conv3dTranspose. */
const transposed = rule<Conv3DAttrs>(
  'Conv3DBackpropInputV2',
  { inputs: ['dy', 'filter'] },
  (dx, { attrs, input, shape }) => ({
    dy: () =>
      run(
        'Conv3D',
        { x: dx, filter: input('filter') },
        { strides: attrs.strides, pad: attrs.pad, dataFormat: 'NDHWC', dilations: [1, 1, 1] },
      ),
    filter: () => toFilter(dx, input('dy'), geometry(dx.shape, shape('filter'), attrs)),
  }),
)

export const volumes: readonly Rule[] = [forward, transposed]
