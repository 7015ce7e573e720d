import { Mean, Sum, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { libraryKernel, withLibrary } from './library.ts'

/** Whether a reduction leaves the last axis of several and no other. */
const leavesLast = (x: TensorInfo, axis: SumAttrs['axis']): boolean => {
  const axes = new Set(util.parseAxisParam(axis, x.shape))
  return x.shape.length > 1 && axes.size === x.shape.length - 1 && !axes.has(x.shape.length - 1)
}

/**
 * Sums to the last axis are the gradient of a bias, an operation that is several times as fast as the library's `Sum`; means are
 * such sums divided. Other reductions stay with the stock kernels.
 */
const toLast = (kernelName: string, divisor: (x: TensorInfo) => number) =>
  libraryKernel<SumAttrs & { keepDims?: boolean }>(kernelName, ({ inputs, attrs, backend }, stock) => {
    const x = inputs.x!
    const count = util.sizeFromShape(x.shape)
    if (x.dtype !== 'float32' || count === 0 || !leavesLast(x, attrs.axis)) return stock()
    return withLibrary(backend, ({ run, float, scalar, integers }) => {
      const sums = run('BiasAddGrad', [x], { T: float, data_format: 'NHWC' })
      const by = divisor(x)
      const out = by === 1 ? sums : run('RealDiv', [sums[0]!, scalar(by)])
      if (!attrs.keepDims) return out
      return run('Reshape', [out[0]!, integers(x.shape.map((n, i) => (i === x.shape.length - 1 ? n : 1)))])
    })[0]!
  })

const rows = (x: TensorInfo) => util.sizeFromShape(x.shape.slice(0, -1))

export const reductions = [toLast(Sum, () => 1), toLast(Mean, rows)]
