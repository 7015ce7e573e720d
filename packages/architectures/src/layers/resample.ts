import type { Network } from '@equilibria/core'
import { avgPool, image, type Tensor4D } from '@tensorflow/tfjs-core'
import { expectCount, expectRows } from './input.ts'

/** How `upsample` fills in. */
export interface UpsampleOptions {
  /** `nearest` (default) repeats pixels; `bilinear` interpolates between pixel centres. */
  readonly method?: 'nearest' | 'bilinear'
}

/** Enlarges by a whole factor: [n, h, w, c] -> [n, h * factor, w * factor, c]. */
export function upsample(factor = 2, { method = 'nearest' }: UpsampleOptions = {}): Network {
  expectCount('upsample', 'factor', factor)
  return {
    init: () => ({}),
    apply: (_, x) => {
      expectRows('upsample', x, [null, null, null])
      if (factor === 1) return x
      const size: [number, number] = [x.shape[1]! * factor, x.shape[2]! * factor]
      return method === 'bilinear'
        ? image.resizeBilinear(x as Tensor4D, size, false, true)
        : image.resizeNearestNeighbor(x as Tensor4D, size)
    },
  }
}

/** Shrinks by a whole factor, each pixel the average of a square: [n, h, w, c] -> [n, h / factor, w / factor, c]. */
export function downsample(factor = 2): Network {
  expectCount('downsample', 'factor', factor)
  return {
    init: () => ({}),
    apply: (_, x) => {
      expectRows('downsample', x, [null, null, null])
      if (x.shape[1]! % factor !== 0 || x.shape[2]! % factor !== 0)
        throw new Error(
          `downsample: expected sides divisible by ${factor}, got [${x.shape}]; pad or crop what comes before it`,
        )
      return factor === 1 ? x : avgPool(x as Tensor4D, factor, factor, 'valid')
    },
  }
}
