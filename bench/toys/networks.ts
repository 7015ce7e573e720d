import { activation, dense, maxout, mlp, reshape, sequential } from '@equilibria/architectures'
import { entry, fromData, type Network, type Plugin } from '@equilibria/core'
import { div, mul } from '@tensorflow/tfjs-core'

/** Inside the networks the data spans [-4, 4], as the grid's centres do: fine detail is learned slowly where inputs are small. */
export const SPAN = 4

/** What both networks are told of the data. */
export interface Spread {
  /** Range of the data, whose ends are [-SPAN, SPAN] inside, so that networks and penalties need not know how far modes lie apart. */
  readonly range: readonly [low: number, high: number]
}

/** How many of the data's units an inner unit is. */
export const unitOf = ({ range: [, high] }: Spread): number => high / SPAN

/** Latents [n, 2] -> four times 400 units, each with batch normalisation and relu -> points [n, 2]. */
export const generator = (spread: Spread): Network =>
  sequential([
    mlp.generator({ shape: [2], dimensions: 2, hidden: [400, 400, 400, 400], batchNorm: true }),
    activation(x => mul(x, unitOf(spread))),
  ])

/** Points [n, 2], or packs of points [n, 2 rows], -> three times 200 maxout units of 5 pieces -> logits [n]. */
export const critic = ({ rows = 1, ...spread }: Spread & { readonly rows?: number }): Network =>
  sequential([
    activation(x => div(x, unitOf(spread))),
    maxout(2 * rows, 200),
    maxout(200, 200),
    maxout(200, 200),
    dense(200, 1),
    reshape([]),
  ])

/** The networks of the synthetic experiments of Lin et al. 2018 (PacGAN, arXiv 1712.04086), after Srivastava et al. 2017 (VEEGAN), by name. */
export const toyNetworks = {
  name: 'bench-toys',
  networks: {
    'toys.generator': entry(generator, { range: fromData }),
    'toys.critic': entry(critic, { range: fromData, rows: 1 }),
  },
} satisfies Plugin
