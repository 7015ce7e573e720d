import { type FillAttrs, util } from '@tensorflow/tfjs-core'
import type { DType } from '../graph.ts'
import { Untraceable } from '../untraceable.ts'
import { type Kernels, kernel } from './kernel.ts'

export const creation: Kernels = {
  /** One number in every element. */
  Fill: kernel([], (_, { shape, value, dtype }: FillAttrs) => {
    const type = dtype ?? util.inferDtype(value as number)
    if (type === 'string' || type === 'complex64') throw new Untraceable(`tensors of ${type} have no rules`)
    return {
      shape: [...shape],
      dtype: type as DType,
      attributes: { shape: [...shape], value: Number(value), dtype: type },
    }
  }),
}
