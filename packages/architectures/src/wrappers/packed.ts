import { type Context, checkCount, checkNetwork, type Network } from '@equilibria/core'
import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core'

/**
 * A critic that judges several rows together: [n, ..., c] becomes [n/rows, ..., rows * c], with rows i * rows to
 * (i + 1) * rows - 1 side by side, and `critic`, made for rows of rows * c channels, gives a logit for each pack: [n/rows]. A pack of
 * fakes that are all alike betrays itself, so the generator is kept from collapsing; generator and losses need no change.
 * Labels are not passed on, since a pack has no class. Penalties of slopes see those of single rows: R1 is `rows` times smaller
 * than that of packs.
 * Source: Lin et al. 2018 (PacGAN, arXiv 1712.04086), section 2.
 * Throws unless `rows` is a whole number >= 1, and on batches that it does not divide.
 */
export function packed(rows: number, critic: Network): Network {
  checkCount('packed: rows', rows)
  checkNetwork('packed', critic)
  const alone = (context: Context): Context => ({ ...context, labels: undefined })
  const { features } = critic
  return {
    ...critic,
    apply: (params, x, context) => critic.apply(params, pack(rows, x), alone(context)),
    ...(features && { features: (params, x, context) => features(params, pack(rows, x), alone(context)) }),
  }
}

function pack(rows: number, x: Tensor): Tensor {
  const [n, ...row] = x.shape as [number, ...number[]]
  if (n % rows !== 0)
    throw new Error(
      `packed: ${rows} rows are judged together, but the batch has ${n}; use batches of a multiple of ${rows}`,
    )
  const channels = row.at(-1)!
  const places = row.slice(0, -1)
  const apart = reshape(x, [n / rows, rows, ...row])
  const last = row.length + 1
  // [packs, rows, ...places, c] -> [packs, ...places, rows, c]
  const together =
    places.length === 0 ? apart : transpose(apart, [0, ...places.map((_, axis) => axis + 2), 1, last])
  return reshape(together, [n / rows, ...places, rows * channels])
}
