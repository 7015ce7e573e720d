import {
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type Conv3DAttrs,
  pad,
  reshape,
  slice,
  type Tensor,
  transpose,
  util,
} from '@tensorflow/tfjs-core'
import { type Rule, rule, run } from '../rule.ts'

/**
 * A convolution and its two adjoints form a closed family: the map is bilinear in image and filter, so each member's
 * gradients are the other two members. That makes every order of derivative available from three kernels.
 */
interface Family {
  readonly forward: string
  readonly toInput: string
  readonly toFilter: string
}

interface Geometry {
  readonly strides: number | readonly number[]
  readonly pad: unknown
  readonly dataFormat?: string
  readonly dimRoundingMode?: string | undefined
  readonly dilations?: number | readonly number[]
}

const firstLast = (rank: number) => ({
  toLast: [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1],
  toFirst: [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)],
})

/** Runs `f` with channels last, whichever order the kernel was given. */
const channelsLast = (x: Tensor, attrs: Geometry) =>
  attrs.dataFormat?.startsWith('NC') ? transpose(x, firstLast(x.rank).toLast) : x
const channelsBack = (x: Tensor, attrs: Geometry) =>
  attrs.dataFormat?.startsWith('NC') ? transpose(x, firstLast(x.rank).toFirst) : x

const spatial = (value: number | readonly number[] | undefined, rank: number): number[] =>
  typeof value === 'object' ? [...value] : Array.from({ length: rank }, () => value ?? 1)

/** Puts d - 1 zeros between the taps along each spatial axis: a dilated filter as a plain one. */
function spread(filter: Tensor, dilations: readonly number[]): Tensor {
  return dilations.reduce((w, d, axis) => {
    if (d === 1) return w
    const before = util.sizeFromShape(w.shape.slice(0, axis))
    const after = util.sizeFromShape(w.shape.slice(axis + 1))
    const taps = w.shape[axis]!
    const wide = pad(reshape(w, [before * taps, 1, after]), [
      [0, 0],
      [0, d - 1],
      [0, 0],
    ])
    const trimmed = slice(
      reshape(wide, [before, taps * d, after]),
      [0, 0, 0],
      [before, (taps - 1) * d + 1, after],
    )
    return reshape(
      trimmed,
      w.shape.map((n, i) => (i === axis ? (taps - 1) * d + 1 : n)),
    )
  }, filter)
}

/** Adjoint of {@link spread}: keeps every d-th tap. */
function gathered(filter: Tensor, shape: number[], dilations: readonly number[]): Tensor {
  return dilations.reduce((w, d, axis) => {
    if (d === 1) return w
    const before = util.sizeFromShape(w.shape.slice(0, axis))
    const after = util.sizeFromShape(w.shape.slice(axis + 1))
    const taps = shape[axis]!
    const wide = pad(reshape(w, [before, w.shape[axis]!, after]), [
      [0, 0],
      [0, d - 1],
      [0, 0],
    ])
    const kept = slice(reshape(wide, [before * taps, d, after]), [0, 0, 0], [before * taps, 1, after])
    return reshape(
      kept,
      w.shape.map((n, i) => (i === axis ? taps : n)),
    )
  }, filter)
}

/** Only what the adjoint kernels read: plain convolutions with the channels last. */
const plain = (attrs: Geometry, rank: number) => ({
  strides: attrs.strides,
  pad: attrs.pad,
  dataFormat: rank === 4 ? 'NHWC' : 'NDHWC',
  dimRoundingMode: attrs.dimRoundingMode,
  dilations: spatial(1, rank - 2),
})

const convolution = (family: Family, rank: number) =>
  rule<Conv2DAttrs | Conv3DAttrs>(family.forward, { inputs: ['x', 'filter'] }, (dy, at) => {
    const attrs = at.attrs as unknown as Geometry
    const dilations = spatial(attrs.dilations, rank - 2)
    const [x, filter] = [at.input('x'), at.input('filter')]
    return {
      x: () => {
        const inputShape = channelsShape(x.shape, attrs)
        const w = spread(filter, dilations)
        const dx = run(
          family.toInput,
          { dy: channelsLast(dy, attrs), filter: w },
          { ...plain(attrs, rank), inputShape },
        )
        return channelsBack(dx, attrs)
      },
      filter: () => {
        const filterShape = filter.shape.map((n, i) => (i < rank - 2 ? (n - 1) * dilations[i]! + 1 : n))
        const inputs = { x: channelsLast(x, attrs), dy: channelsLast(dy, attrs) }
        return gathered(
          run(family.toFilter, inputs, { ...plain(attrs, rank), filterShape }),
          filter.shape,
          dilations,
        )
      },
    }
  })

const channelsShape = (shape: number[], attrs: Geometry): number[] =>
  attrs.dataFormat?.startsWith('NC') ? firstLast(shape.length).toLast.map(i => shape[i]!) : shape

const toInput = (family: Family, rank: number) =>
  rule<Conv2DBackpropInputAttrs>(family.toInput, { inputs: ['dy', 'filter'] }, (g, at) => {
    const attrs = at.attrs as unknown as Geometry
    return {
      dy: () => {
        const y = run(
          family.forward,
          { x: channelsLast(g, attrs), filter: at.input('filter') },
          plain(attrs, rank),
        )
        return channelsBack(y, attrs)
      },
      filter: () =>
        run(
          family.toFilter,
          { x: channelsLast(g, attrs), dy: channelsLast(at.input('dy'), attrs) },
          { ...plain(attrs, rank), filterShape: at.shape('filter') },
        ),
    }
  })

const toFilter = (family: Family, rank: number) =>
  rule<Conv2DBackpropFilterAttrs>(family.toFilter, { inputs: ['x', 'dy'] }, (g, at) => {
    const attrs = at.attrs as unknown as Geometry
    return {
      x: () => {
        const inputShape = channelsShape(at.shape('x'), attrs)
        const dy = channelsLast(at.input('dy'), attrs)
        return channelsBack(
          run(family.toInput, { dy, filter: g }, { ...plain(attrs, rank), inputShape }),
          attrs,
        )
      },
      dy: () =>
        channelsBack(
          run(family.forward, { x: channelsLast(at.input('x'), attrs), filter: g }, plain(attrs, rank)),
          attrs,
        ),
    }
  })

const families: readonly { family: Family; rank: number }[] = [
  {
    family: { forward: 'Conv2D', toInput: 'Conv2DBackpropInput', toFilter: 'Conv2DBackpropFilter' },
    rank: 4,
  },
  {
    family: { forward: 'Conv3D', toInput: 'Conv3DBackpropInputV2', toFilter: 'Conv3DBackpropFilterV2' },
    rank: 5,
  },
  // The forward kernel knows dilation; its adjoints ignore it on some backends, and get the spread filter.
  {
    family: {
      forward: 'DepthwiseConv2dNative',
      toInput: 'DepthwiseConv2dNativeBackpropInput',
      toFilter: 'DepthwiseConv2dNativeBackpropFilter',
    },
    rank: 4,
  },
]

/** Morphological dilation. Its adjoint kernels refuse to be differentiated in turn. */
const morphology = rule<object>('Dilation2D', { inputs: ['x', 'filter'] }, (dy, { attrs, input }) => {
  const inputs = { x: input('x'), filter: input('filter'), dy }
  return {
    x: () => run('Dilation2DBackpropInput', inputs, attrs),
    filter: () => run('Dilation2DBackpropFilter', inputs, attrs),
  }
})

export const convolutions: readonly Rule[] = [
  ...families.flatMap(({ family, rank }) => [
    convolution(family, rank),
    toInput(family, rank),
    toFilter(family, rank),
  ]),
  morphology,
]
