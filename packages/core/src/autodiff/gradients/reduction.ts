import {
  type CumprodAttrs,
  type CumsumAttrs,
  cast,
  cumprod,
  cumsum,
  div,
  exp,
  mul,
  oneHot,
  type ProdAttrs,
  reshape,
  type SoftmaxAttrs,
  type SumAttrs,
  sub,
  sum,
  type Tensor,
  type TopKAttrs,
  tensor,
  transpose,
  util,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { atMost, constant, expand } from './shared.ts'

const axesOf = (axis: number | number[] | undefined | null, shape: number[]): number[] =>
  util.parseAxisParam(axis ?? shape.map((_, i) => i), shape)

/** A maximum or minimum shares its gradient equally among the entries that attain it. */
const extremum = (kernel: string, attains: (x: Tensor, y: Tensor) => Tensor): Rule =>
  rule<{ reductionIndices?: number | number[]; axis?: number | number[] }>(
    kernel,
    { inputs: ['x'], outputs: [true] },
    (dy, at) => ({
      x: () => {
        const x = at.input('x')
        const axes = axesOf(at.attrs.reductionIndices ?? at.attrs.axis, x.shape)
        const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
        const attained = attains(x, reshape(at.values(), kept))
        return mul(attained, div(reshape(dy, kept), sum(attained, axes, true)))
      },
    }),
  )

/** Moves the reduced axes to the end and joins them: [rest, reduced], with the way back. */
function asMatrix(x: Tensor, axes: readonly number[]) {
  const rest = x.shape.map((_, i) => i).filter(i => !axes.includes(i))
  const perm = [...rest, ...axes]
  const moved = transpose(x, perm)
  const columns = util.sizeFromShape(axes.map(i => x.shape[i]!))
  const back = (m: Tensor) =>
    transpose(
      reshape(m, moved.shape),
      perm.map((_, i) => perm.indexOf(i)),
    )
  return { matrix: reshape(moved, [x.size / Math.max(columns, 1), columns]), back }
}

/** Each entry's derivative is the product of all others, taken without a division so that zeros do no harm. */
const prod = rule<ProdAttrs>('Prod', { inputs: ['x'] }, (dy, at) => ({
  x: () => {
    const x = at.input('x')
    const { matrix, back } = asMatrix(x, axesOf(at.attrs.axis, x.shape))
    const others = mul(cumprod(matrix, 1, true, false), cumprod(matrix, 1, true, true))
    return back(mul(others, reshape(dy, [matrix.shape[0]!, 1])))
  },
}))

/**
 * d y_j / d x_i is the running product with x_i replaced by 1. The table of all such products has n^2 entries for an
 * axis of length n; the textbook's linear form divides by x and fails at zeros.
 */
const cumulativeProduct = rule<CumprodAttrs>('Cumprod', { inputs: ['x'] }, (dy, at) => ({
  x: () => {
    const x = at.input('x')
    const { axis, exclusive, reverse: reversed } = at.attrs
    const { matrix, back } = asMatrix(x, axesOf(axis, x.shape))
    const [rows, n] = matrix.shape as [number, number]
    const each = (f: (i: number, j: number) => boolean) =>
      tensor(
        Float32Array.from({ length: n * n }, (_, k) => (f(Math.floor(k / n), k % n) ? 1 : 0)),
        [1, n, n],
      )
    const self = each((i, j) => i === j)
    const replaced = sub(reshape(matrix, [rows, 1, n]), mul(self, sub(reshape(matrix, [rows, 1, n]), 1)))
    const products = cumprod(replaced, 2, exclusive, reversed)
    const depends = each((i, j) => (exclusive && i === j ? false : reversed ? j <= i : j >= i))
    const dm = asMatrix(dy, axesOf(axis, x.shape)).matrix
    return back(sum(mul(mul(products, depends), reshape(dm, [rows, 1, n])), 2))
  },
}))

const cumulativeSum = rule<CumsumAttrs>('Cumsum', {}, (dy, at) => ({
  x: () => cumsum(dy, axesOf(at.attrs.axis, dy.shape)[0], at.attrs.exclusive, !at.attrs.reverse),
}))

const softmax = rule<SoftmaxAttrs>('Softmax', { outputs: [true] }, (dy, at) => ({
  logits: () => {
    const y = at.output()
    const weighted = mul(dy, y)
    return sub(weighted, mul(sum(weighted, [y.rank - 1], true), y))
  },
}))

const logSoftmax = rule('LogSoftmax', { outputs: [true] }, (dy, at) => ({
  logits: () => logSoftmaxPullback(dy, at.output()),
}))

/** dy - softmax * sum(dy), from the log-probabilities y [..., k]. */
export const logSoftmaxPullback = (dy: Tensor, y: Tensor): Tensor =>
  sub(dy, mul(exp(y), sum(dy, [y.rank - 1], true)))

const topK = rule<TopKAttrs>('TopK', { outputs: [false, true] }, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    // Of one number there is but one to choose, and oneHot wants two.
    if (shape[shape.length - 1] === 1) return dy
    const chosen = oneHot(at.values(1) as never, shape[shape.length - 1]!)
    return sum(mul(cast(chosen, 'float32'), reshape(dy, [...dy.shape, 1])), dy.rank - 1)
  },
}))

export const reduction: readonly Rule[] = [
  rule<SumAttrs>('Sum', {}, (dy, at) => ({
    x: () => expand(dy, at.shape('x'), axesOf(at.attrs.axis, at.shape('x'))),
  })),
  rule<SumAttrs>('Mean', {}, (dy, at) => ({
    x: () => {
      const shape = at.shape('x')
      const axes = axesOf(at.attrs.axis, shape)
      const count = util.sizeFromShape(axes.map(i => shape[i]!))
      return expand(div(dy, count), shape, axes)
    },
  })),
  extremum('Max', (x, y) => atMost(y, x)),
  extremum('Min', atMost),
  prod,
  cumulativeProduct,
  cumulativeSum,
  softmax,
  logSoftmax,
  topK,
  ...['ArgMax', 'ArgMin', 'All', 'Any'].map(kernel => constant(kernel)),
]
