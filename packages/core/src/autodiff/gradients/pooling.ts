import { div, mul, reshape, sum, util } from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { atMost, expand } from './shared.ts'
import { counts, entries, type PoolAttrs, spreadEntries, windows } from './windows.ts'

// The gradient kernels of pooling are not used: the stock ones divide padded means by the whole filter (all backends)
// and lose windows without a positive entry (wasm), and they have no gradients of their own.

/** The mean is taken over the entries within the input; each of them gets its share. */
const average = (kernel: string): Rule =>
  rule<PoolAttrs>(kernel, {}, (dy, at) => ({
    x: () => {
      const shape = at.shape('x')
      const w = windows(shape, at.attrs)
      const c = shape[shape.length - 1]!
      const volume = util.sizeFromShape(w.filter)
      const places = dy.size / c
      const shares = expand(reshape(div(dy, counts(w)), [places, c]), [places, volume, c], [1])
      return spreadEntries(reshape(shares, [...dy.shape.slice(0, -1), volume * c]), w, shape)
    },
  }))

/** The entries that attain a window's maximum share its gradient equally. */
const maximum = (kernel: string): Rule =>
  rule<PoolAttrs>(kernel, { inputs: ['x'], outputs: [true] }, (dy, at) => ({
    x: () => {
      const x = at.input('x')
      const w = windows(x.shape, at.attrs)
      const c = x.shape[x.rank - 1]!
      // Lower than any entry, and not infinite, since it is multiplied below.
      const candidates = entries(x, w, -3.4e38)
      const rows = reshape(candidates, [-1, util.sizeFromShape(w.filter), c])
      const attained = atMost(reshape(at.values(), [-1, 1, c]), rows)
      const share = div(reshape(dy, [-1, 1, c]), sum(attained, 1, true))
      return spreadEntries(reshape(mul(attained, share), candidates.shape), w, x.shape)
    },
  }))

export const pooling: readonly Rule[] = [
  average('AvgPool'),
  average('AvgPool3D'),
  maximum('MaxPool'),
  maximum('MaxPool3D'),
]
