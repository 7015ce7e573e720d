import type { Network } from '@equilibria/core'
import { reshape as reshapeTo, util } from '@tensorflow/tfjs-core'

/** Rows of another shape with the same numbers: [n, ...] -> [n, ...row]. The empty row makes [n, 1] a vector [n]. */
export const reshape = (row: readonly number[]): Network => {
  const size = util.sizeFromShape([...row])
  return {
    init: () => ({}),
    lipschitz: true,
    apply: (_, x) => {
      const [n = 1, ...from] = x.shape
      if (util.sizeFromShape(from) !== size)
        throw new Error(
          `reshape: expected rows of ${size} numbers for [${row}], got rows [${from}] of ${util.sizeFromShape(from)}; change the row shape or what comes before it`,
        )
      return reshapeTo(x, [n, ...row])
    },
  }
}

/** Rows as vectors: [n, ...] -> [n, size]. */
export const flatten = (): Network => ({
  init: () => ({}),
  lipschitz: true,
  apply: (_, x) => reshapeTo(x, [x.shape[0] ?? 1, util.sizeFromShape(x.shape.slice(1))]),
})
