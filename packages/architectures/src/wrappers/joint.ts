import { checkCount, checkNetwork, fold, type Network, type Params, within } from '@equilibria/core'
import { concat, reshape, slice } from '@tensorflow/tfjs-core'
import { expectRows } from '../layers/input.ts'
import { boundedBy, memoryOf } from '../layers/sequential.ts'
import { rowSize } from '../networks/parts.ts'

/** How a critic of pairs is made. */
export interface JointOptions {
  /** Shape of a row of the data. */
  readonly shape: readonly number[]
  /** Numbers of a code. */
  readonly dimensions: number
  /** Rows [n, ...shape] -> features [n, features]: an encoder. */
  readonly trunk: Network
  /** Features and code side by side, [n, features + dimensions] -> logits [n]. */
  readonly head: Network
}

/**
 * A critic of pairs of a row and a code, as BiGAN has them: [n, numbers of a row + dimensions] -> logits [n]. `trunk` sees the row in
 * its shape, `head` what the trunk made of it beside the code. Without a trunk of its own an `mlp.critic` of that many
 * numbers does. Source: Donahue et al. 2017 (arXiv 1605.09782), section 3; Dumoulin et al. 2017 (arXiv 1606.00704), section 2.
 */
export function joint({ shape, dimensions, trunk, head }: JointOptions): Network {
  const size = rowSize('joint', shape)
  checkCount('joint: dimensions', dimensions)
  const parts: [string, Network][] = [
    ['trunk', trunk],
    ['head', head],
  ]
  for (const [name, part] of parts) checkNetwork(`joint: the ${name}`, part)
  return {
    init: key => Object.fromEntries(parts.map(([name, part]) => [name, part.init(fold(key, name))])),
    ...memoryOf(parts),
    ...boundedBy(parts),
    apply: (params, x, context) => {
      expectRows('joint', x, [size + dimensions])
      const n = x.shape[0]!
      const of = params as { readonly trunk: Params; readonly head: Params }
      const row = reshape(slice(x, [0, 0], [n, size]), [n, ...shape])
      const code = slice(x, [0, size], [n, dimensions])
      const features = trunk.apply(of.trunk, row, within(context, 'trunk'))
      return head.apply(of.head, concat([features, code], 1), within(context, 'head'))
    },
  }
}
