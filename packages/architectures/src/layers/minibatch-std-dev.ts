import { type Context, checkCount, type Network, remembered, tell } from '@equilibria/core'
import { add, concat, fill, mean, mul, reshape, sqrt, type Tensor, tile } from '@tensorflow/tfjs-core'
import { placed } from './input.ts'
import { moments } from './moments.ts'

/** How `minibatchStdDev` compares rows. */
export interface MinibatchStdDevOptions {
  /** Rows compared with each other; 4 unless given. A batch smaller than that is one group. */
  readonly group?: number
}

/**
 * Appends to each row one feature that says how much its group of rows varies: the standard deviation over the group,
 * averaged over all numbers of a row. [n, ..., c] -> [n, ..., c + 1]; group m holds the rows m, m + n/group, ... The average
 * over groups is told as `deviation`; `sample` mode uses the one in memory for all rows, so that they do not see each other.
 * Source: Karras et al. 2018, section 3.
 * Throws in `train` mode if the group does not divide the batch, in `sample` mode if memory has no deviation.
 */
export function minibatchStdDev({ group = 4 }: MinibatchStdDevOptions = {}): Network {
  checkCount('minibatchStdDev: group', group, 2)
  return {
    init: () => ({}),
    apply: (_, x, context) => {
      const deviation = context.mode === 'train' ? between(x, group, context) : standing(x, context)
      return concat([x, deviation], x.rank - 1)
    },
  }
}

function between(x: Tensor, group: number, context: Context): Tensor {
  const n = x.shape[0]!
  const size = Math.min(group, n)
  if (n % size !== 0)
    throw new Error(
      `minibatchStdDev: expected a batch of a multiple of ${size} rows, got ${n}; change the batch size or the group`,
    )
  const groups = n / size
  const { variance } = moments(reshape(x, [size, x.size / size]), 0)
  // The small number keeps the root differentiable where a group's rows are equal.
  const deviation = mean(reshape(sqrt(add(variance, 1e-8)), [groups, -1]), 1)
  if (context.tell) tell(context, 'deviation', mean(deviation))
  return tile(reshape(deviation, [groups, ...x.shape.slice(1).map(() => 1)]), [
    size,
    ...x.shape.slice(1, -1),
    1,
  ])
}

function standing(x: Tensor, context: Context): Tensor {
  const deviation = remembered(context, 'deviation')
  if (!deviation)
    throw new Error(
      `${placed('minibatchStdDev', context)}: sample mode needs the standing deviation and memory has none; compute it with standing(critic, params, { latent: rows to draw, key })`,
    )
  return mul(fill([...x.shape.slice(0, -1), 1], 1), deviation)
}
