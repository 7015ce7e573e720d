import {
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { type Rule, rule, run } from '../rule.ts'
import { collected, spread } from './spacing.ts'

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

const toLast = [0, 2, 3, 1]
const toFirst = [0, 3, 1, 2]

/** The adjoint kernels are only given images with the channels last, whichever order the forward kernel was given. */
const channelsLast = (x: Tensor, attrs: Geometry) => (attrs.dataFormat === 'NCHW' ? transpose(x, toLast) : x)
const channelsBack = (x: Tensor, attrs: Geometry) => (attrs.dataFormat === 'NCHW' ? transpose(x, toFirst) : x)
const channelsShape = (shape: number[], attrs: Geometry): number[] =>
  attrs.dataFormat === 'NCHW' ? toLast.map(i => shape[i]!) : shape

const pair = (value: number | readonly number[] | undefined): readonly number[] =>
  typeof value === 'object' ? value : [value ?? 1, value ?? 1]

/** Only what the adjoint kernels read: plain convolutions with the channels last. */
const plain = (attrs: Geometry) => ({
  strides: attrs.strides,
  pad: attrs.pad,
  dataFormat: 'NHWC',
  dimRoundingMode: attrs.dimRoundingMode,
  dilations: [1, 1],
})

const convolution = (family: Family) =>
  rule<Conv2DAttrs>(family.forward, { inputs: ['x', 'filter'] }, (dy, at) => {
    const attrs = at.attrs as unknown as Geometry
    const dilations = pair(attrs.dilations)
    const [x, filter] = [at.input('x'), at.input('filter')]
    return {
      x: () => {
        const inputShape = channelsShape(x.shape, attrs)
        const inputs = { dy: channelsLast(dy, attrs), filter: spread(filter, dilations) }
        return channelsBack(run(family.toInput, inputs, { ...plain(attrs), inputShape }), attrs)
      },
      filter: () => {
        const filterShape = filter.shape.map((n, i) => (i < 2 ? (n - 1) * dilations[i]! + 1 : n))
        const inputs = { x: channelsLast(x, attrs), dy: channelsLast(dy, attrs) }
        return collected(run(family.toFilter, inputs, { ...plain(attrs), filterShape }), dilations)
      },
    }
  })

const toInput = (family: Family) =>
  rule<Conv2DBackpropInputAttrs>(family.toInput, { inputs: ['dy', 'filter'] }, (g, at) => {
    const attrs = at.attrs as unknown as Geometry
    return {
      dy: () => {
        const y = run(family.forward, { x: channelsLast(g, attrs), filter: at.input('filter') }, plain(attrs))
        return channelsBack(y, attrs)
      },
      filter: () =>
        run(
          family.toFilter,
          { x: channelsLast(g, attrs), dy: channelsLast(at.input('dy'), attrs) },
          { ...plain(attrs), filterShape: at.shape('filter') },
        ),
    }
  })

const toFilter = (family: Family) =>
  rule<Conv2DBackpropFilterAttrs>(family.toFilter, { inputs: ['x', 'dy'] }, (g, at) => {
    const attrs = at.attrs as unknown as Geometry
    return {
      x: () => {
        const inputShape = channelsShape(at.shape('x'), attrs)
        const dy = channelsLast(at.input('dy'), attrs)
        return channelsBack(run(family.toInput, { dy, filter: g }, { ...plain(attrs), inputShape }), attrs)
      },
      dy: () =>
        channelsBack(
          run(family.forward, { x: channelsLast(at.input('x'), attrs), filter: g }, plain(attrs)),
          attrs,
        ),
    }
  })

const families: readonly Family[] = [
  { forward: 'Conv2D', toInput: 'Conv2DBackpropInput', toFilter: 'Conv2DBackpropFilter' },
  // The forward kernel knows dilation; its adjoints ignore it on some backends, and get the spread filter.
  {
    forward: 'DepthwiseConv2dNative',
    toInput: 'DepthwiseConv2dNativeBackpropInput',
    toFilter: 'DepthwiseConv2dNativeBackpropFilter',
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
  ...families.flatMap(family => [convolution(family), toInput(family), toFilter(family)]),
  morphology,
]
