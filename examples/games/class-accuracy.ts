import type { Latent, Network, Params } from '@equilibria/core'
import type { Modes } from '@equilibria/datasets'
import { tensor1d } from '@tensorflow/tfjs-core'
import { context, nearest, rowsOf, samplesKey, share } from './learn.ts'

/** The share of conditional samples that lie nearest to the mode of their class. */
export async function classAccuracy(
  { generator, latent, modes }: { generator: Network; latent: Latent; modes: Modes },
  params: Params,
  n = 800,
) {
  const labels = Array.from({ length: n }, (_, i) => i % modes.centres.length)
  const made = generator.apply(params, latent.draw(samplesKey, n), context(tensor1d(labels, 'int32')))
  return share(await rowsOf(made), (point, i) => nearest(point, modes.centres).mode === labels[i])
}
