import {
  add,
  cast,
  eye,
  type GatherV2Attrs,
  gather,
  gatherND,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  reshape,
  type ScatterNdAttrs,
  scalar,
  scatterND,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  transpose,
  type UnsortedSegmentSumAttrs,
  unsortedSegmentSum,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { constant } from './shared.ts'

/** Adds each picked slice's gradient back to the row it was picked from. */
const gathered = rule<GatherV2Attrs>('GatherV2', { inputs: ['indices'] }, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    const indices = at.input('indices')
    const axis = util.parseAxisParam(at.attrs.axis, shape)[0]!
    const batchDims = at.attrs.batchDims ?? 0
    const product = (from: number, to: number) => util.sizeFromShape(shape.slice(from, to))
    const [batch, outer, length, inner] = [
      product(0, batchDims),
      product(batchDims, axis),
      shape[axis]!,
      product(axis + 1, shape.length),
    ]
    const picks = indices.size / batch
    // Rows of all batches stand below each other, so each batch's indices start where its rows do.
    const offsets = tensor(
      Int32Array.from({ length: batch }, (_, i) => i * length),
      [batch, 1],
      'int32',
    )
    const ids = batch === 1 ? indices : add(reshape(indices, [batch, picks]), offsets)
    const rows = transpose(reshape(dy, [batch, outer, picks, inner]), [0, 2, 1, 3])
    const summed = unsortedSegmentSum(
      reshape(rows, [batch * picks, outer * inner]),
      reshape(ids, [-1]) as Tensor1D,
      batch * length,
    )
    return reshape(transpose(reshape(summed, [batch, length, outer, inner]), [0, 2, 1, 3]), shape)
  },
  indices: () => zeros(at.shape('indices')),
}))

// A plain number would turn the ids to floats.
const int = (value: number) => scalar(value, 'int32')

/** Rows whose id names no segment were dropped, so their gradient is zero. */
const segmentSum = rule<UnsortedSegmentSumAttrs>(
  'UnsortedSegmentSum',
  { inputs: ['segmentIds'] },
  (dy, at) => ({
    x: () => {
      const ids = at.input('segmentIds')
      const last = at.attrs.numSegments - 1
      const known = cast(
        logicalAnd(greaterEqual(ids, int(0)), less(ids, int(at.attrs.numSegments))),
        'float32',
      )
      const rows = gather(dy, minimum(maximum(ids, int(0)), int(last)) as Tensor1D)
      return mul(rows, reshape(known, [...ids.shape, ...rows.shape.slice(ids.rank).map(() => 1)]))
    },
    segmentIds: () => zeros(at.shape('segmentIds')),
  }),
)

const gatheredNd = rule('GatherNd', { inputs: ['indices'] }, (dy, at) => ({
  params: () => scatterND(at.input('indices'), dy, at.shape('params')),
  indices: () => zeros(at.shape('indices')),
}))

const scatteredNd = rule<ScatterNdAttrs>('ScatterNd', { inputs: ['indices'] }, (dy, at) => ({
  updates: () => gatherND(dy, at.input('indices')) as Tensor,
  indices: () => zeros(at.shape('indices')),
}))

const diagonal = rule('Diag', {}, (dy, at) => ({
  x: () => {
    const shape = at.shape('x')
    const n = util.sizeFromShape(shape)
    return reshape(sum(mul(reshape(dy, [n, n]), eye(n)), 1), shape)
  },
}))

export const indexing: readonly Rule[] = [
  gathered,
  segmentSum,
  diagonal,
  gatheredNd,
  scatteredNd,
  ...['OneHot', 'LowerBound', 'UpperBound', 'SearchSorted'].map(kernel => constant(kernel)),
]
