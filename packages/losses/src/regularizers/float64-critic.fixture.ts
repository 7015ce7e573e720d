import {
  add,
  conv2d,
  leakyRelu,
  matMul,
  reshape,
  type Tensor,
  type Tensor4D,
  tanh,
  tensor,
} from '@tensorflow/tfjs-core'

/**
 * One critic, twice: on tfjs, and in double precision with its input gradient written out by hand.
 * D(x) = out . act(conv(x, kernel) + bias), convolution without padding at stride 1; a kernel as large as the picture makes it dense.
 */
export interface CriticShape {
  readonly act: 'leakyRelu' | 'tanh'
  /** Height and width of rows, channels, height and width of the kernel, filters. */
  readonly size: number
  readonly channels: number
  readonly kernel: number
  readonly filters: number
}

export type Weights = readonly [kernel: number[], bias: number[], out: number[]]

const slope = 0.2
const acts = {
  leakyRelu: { f: (x: number) => (x > 0 ? x : slope * x), df: (x: number) => (x > 0 ? 1 : slope) },
  tanh: { f: Math.tanh, df: (x: number) => 1 - Math.tanh(x) ** 2 },
}

/** Lengths of kernel, bias and output weights. */
export const lengths = ({ size, channels, kernel, filters }: CriticShape) =>
  [kernel * kernel * channels * filters, filters, (size - kernel + 1) ** 2 * filters] as const

/** grad_x D(x) for one row x, in double precision. */
export function inputGradient(
  shape: CriticShape,
  [kernel, bias, out]: Weights,
  x: readonly number[],
): number[] {
  const { size, channels, kernel: k, filters, act } = shape
  const places = size - k + 1
  const gradient = new Array<number>(x.length).fill(0)
  for (let place = 0; place < places * places; place++)
    for (let filter = 0; filter < filters; filter++) {
      const taps: [input: number, weight: number][] = []
      for (let tap = 0; tap < k * k; tap++)
        for (let c = 0; c < channels; c++) {
          const row = Math.floor(place / places) + Math.floor(tap / k)
          const column = (place % places) + (tap % k)
          taps.push([(row * size + column) * channels + c, kernel[(tap * channels + c) * filters + filter]!])
        }
      const before = taps.reduce((sum, [i, w]) => sum + x[i]! * w, bias[filter]!)
      const passed = out[place * filters + filter]! * acts[act].df(before)
      for (const [i, w] of taps) gradient[i]! += passed * w
    }
  return gradient
}

/** The same critic on tfjs: x [n, size, size, channels] -> logits [n]. */
export function apply(shape: CriticShape, [kernel, bias, out]: readonly Tensor[], x: Tensor): Tensor {
  const { size, channels, kernel: k, filters, act } = shape
  const n = x.shape[0]!
  const before =
    k === size
      ? add(matMul(reshape(x, [n, -1]), reshape(kernel!, [-1, filters])), bias!)
      : add(conv2d(x as Tensor4D, reshape(kernel!, [k, k, channels, filters]) as Tensor4D, 1, 'valid'), bias!)
  const hidden = act === 'tanh' ? tanh(before) : leakyRelu(before, slope)
  return reshape(matMul(reshape(hidden, [n, -1]), reshape(out!, [-1, 1])), [n])
}

/** Central differences in double precision of a function of all weights. */
export function differences(f: (weights: Weights) => number, weights: Weights, step = 1e-5): number[][] {
  return weights.map((list, which) =>
    list.map((_, i) => {
      const at = (delta: number) =>
        f(weights.map((w, j) => (j === which ? w.with(i, w[i]! + delta) : w)) as unknown as Weights)
      return (at(step) - at(-step)) / (2 * step)
    }),
  )
}

/** Rows of numbers as a tensor [n, size, size, channels]. */
export const rowsOf = ({ size, channels }: CriticShape, rows: readonly (readonly number[])[]) =>
  tensor(rows.flat(), [rows.length, size, size, channels], 'float32')
