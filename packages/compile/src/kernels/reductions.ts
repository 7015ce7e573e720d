import { type CumsumAttrs, upcastType } from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { axesOf, axisOf, each, type Kernels, kernel } from './kernel.ts'

interface Over {
  readonly axis?: number | number[] | null
  readonly reductionIndices?: number | number[] | null
  readonly keepDims?: boolean
}

/** Sums and products of bools are counts. */
const counted = (dtype: DType) => upcastType(dtype, 'int32') as DType

/** Over the axes that `name` lists, in rising order. */
const over = (dtypeOf: (dtype: DType) => DType, name: 'axis' | 'reductionIndices' = 'axis') =>
  kernel(['x'], ([x], { [name]: axis, keepDims = false }: Over) => {
    const axes = axesOf(axis, x.shape.length)
    const single = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
    return {
      shape: keepDims ? single : single.filter((_, i) => !axes.includes(i)),
      dtype: dtypeOf(x.dtype),
      attributes: { [name]: axes, keepDims },
    }
  })

const arg = kernel(['x'], ([x], { axis }: { axis: number }) => {
  const over = axisOf(axis, x.shape.length)
  return { shape: x.shape.filter((_, i) => i !== over), dtype: 'int32', attributes: { axis: over } }
})

const running = kernel(['x'], ([x], { axis, exclusive = false, reverse = false }: CumsumAttrs) => ({
  shape: x.shape,
  dtype: counted(x.dtype),
  attributes: { axis: axisOf(axis, x.shape.length), exclusive, reverse },
}))

const same = (dtype: DType) => dtype

/**
 * Reductions. Normal form: `axis` (`reductionIndices` for Max) a list of axes from 0 on in rising order, `keepDims`. ArgMax,
 * ArgMin, Cumsum and Cumprod: `axis` one number from 0 on.
 */
export const reductions: Kernels = {
  Sum: over(counted),
  Prod: over(counted),
  Mean: over(() => 'float32'),
  Max: over(same, 'reductionIndices'),
  ...each('Min All Any', over(same)),
  ...each('ArgMax ArgMin', arg),
  ...each('Cumsum Cumprod', running),
}
