import {
  argMax,
  backend_util,
  gather,
  mul,
  oneHot,
  pad,
  reshape,
  slice,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  transpose,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Rule, rule, run } from '../rule.ts'

interface PoolAttrs {
  readonly filterSize: number | number[]
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number | number[][]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Where the windows of a pooling lie, for each spatial axis. */
interface Windows {
  readonly input: number[]
  readonly output: number[]
  readonly filter: number[]
  readonly stride: number[]
  /** Zeros before the input, and after it as far as the last window reaches. */
  readonly padding: [number, number][]
}

function windows(shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Windows {
  const flat = shape.length === 4
  const info = flat
    ? backend_util.computePool2DInfo(
        shape as never,
        filterSize as never,
        strides as never,
        1,
        pad as never,
        dimRoundingMode,
      )
    : backend_util.computePool3DInfo(
        shape as never,
        filterSize as never,
        strides as never,
        1,
        pad as never,
        dimRoundingMode,
      )
  const volume = info as backend_util.Conv3DInfo
  const plane = info as backend_util.Conv2DInfo
  const before = [...(flat ? [] : [volume.padInfo.front]), plane.padInfo.top, plane.padInfo.left]
  const input = shape.slice(1, -1)
  const output = info.outShape.slice(1, -1)
  const filter = [...(flat ? [] : [volume.filterDepth]), plane.filterHeight, plane.filterWidth]
  const stride = [...(flat ? [] : [volume.strideDepth]), plane.strideHeight, plane.strideWidth]
  const padding = input.map((size, i): [number, number] => {
    const reach = (output[i]! - 1) * stride[i]! + filter[i]!
    return [before[i]!, Math.max(0, reach - size - before[i]!)]
  })
  return { input, output, filter, stride, padding }
}

const padded = (w: Windows) => w.padding.some(([before, after]) => before > 0 || after > 0)
const around = (w: Windows): [number, number][] => [[0, 0], ...w.padding, [0, 0]]

/** All index tuples of a box, the last axis fastest. */
function box(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (tuples, size) => tuples.flatMap(t => Array.from({ length: size }, (_, i) => [...t, i])),
    [[]],
  )
}

/** For each window, filter volume over the number of its entries that lie within the input. [1, ...output, 1]. */
function overCount(w: Windows): Tensor {
  const volume = util.sizeFromShape(w.filter)
  const counts = box(w.output).map(place =>
    place.reduce((count, o, i) => {
      const first = o * w.stride[i]! - w.padding[i]![0]
      return count * (Math.min(first + w.filter[i]!, w.input[i]!) - Math.max(first, 0))
    }, 1),
  )
  return tensor(
    Float32Array.from(counts, n => volume / n),
    [1, ...w.output, 1],
  )
}

/**
 * The mean is taken over the entries within the input only. The stock gradient divides by the whole filter instead,
 * wherever there is padding; here the padding is made explicit, and the kernel only sees pooling without any.
 */
const average = (kernel: string, gradient: string): Rule[] => [
  rule<PoolAttrs>(kernel, { inputs: ['x'] }, (dy, at) => ({
    x: () => {
      const x = at.input('x')
      const { filterSize, strides } = at.attrs
      const w = windows(x.shape, at.attrs)
      const attrs = { filterSize, strides, pad: 'valid', dataFormat: x.rank === 4 ? 'NHWC' : 'NDHWC' }
      if (!padded(w)) return run(gradient, { dy, input: x }, attrs)
      const dx = run(gradient, { dy: mul(dy, overCount(w)), input: pad(x, around(w)) }, attrs)
      return slice(dx, [0, ...w.padding.map(([before]) => before), 0], x.shape)
    },
  })),
  rule<PoolAttrs>(gradient, {}, (g, at) => ({
    dy: () => {
      if (padded(windows(at.shape('input'), at.attrs))) {
        throw new Error(
          `${gradient} with padding has no gradient; pad the input yourself and pool with pad 'valid'`,
        )
      }
      return run(kernel, { x: g }, at.attrs)
    },
    input: () => zeros(at.shape('input')),
  })),
]

/** The entries of every window side by side: x [n, ...input, c] -> [n, windows, entries, c]. */
function entries(x: Tensor, w: Windows, outside: number): Tensor {
  const [n, c] = [x.shape[0]!, x.shape[x.rank - 1]!]
  const whole = padded(w) ? pad(x, around(w), outside) : x
  const sizes = whole.shape.slice(1, -1)
  const offsets = box(w.filter)
  const rows = box(w.output).flatMap(place =>
    offsets.map(offset => offset.reduce((row, f, i) => row * sizes[i]! + place[i]! * w.stride[i]! + f, 0)),
  )
  const flat = reshape(whole, [n, util.sizeFromShape(sizes), c])
  const picked = gather(flat, tensor(Int32Array.from(rows), [rows.length], 'int32') as Tensor1D, 1)
  return reshape(picked, [n, rows.length / offsets.length, offsets.length, c])
}

/** Which entry of each window is the largest, as zeros and ones [n, windows, c, entries]; of equal ones the first. */
function winners(x: Tensor, w: Windows): Tensor {
  // Lower than any float32 that a pooled input may hold; infinities would make 0 * Infinity below.
  const candidates = entries(x, w, -3.4e38)
  return oneHot(argMax(candidates, 2) as Tensor1D, candidates.shape[2]!)
}

/** The kernel spreads dy to the largest entries; its own gradient picks from there. */
const maximum = (kernel: string, gradient: string): Rule[] => [
  rule<PoolAttrs>(kernel, { inputs: ['x'], outputs: [true] }, (dy, at) => ({
    x: () => run(gradient, { dy, input: at.input('x'), output: at.values() }, at.attrs),
  })),
  rule<PoolAttrs>(gradient, { inputs: ['input'] }, (g, at) => ({
    dy: () => {
      const x = at.input('input')
      const w = windows(x.shape, at.attrs)
      const picked = mul(transpose(entries(g, w, 0), [0, 1, 3, 2]), winners(x, w))
      return reshape(sum(picked, 3), [x.shape[0]!, ...w.output, x.shape[x.rank - 1]!])
    },
    input: () => zeros(at.shape('input')),
    output: () => zeros(at.shape('output')),
  })),
]

export const pooling: readonly Rule[] = [
  ...average('AvgPool', 'AvgPoolGrad'),
  ...average('AvgPool3D', 'AvgPool3DGrad'),
  ...maximum('MaxPool', 'MaxPoolGrad'),
  ...maximum('MaxPool3D', 'MaxPool3DGrad'),
]
