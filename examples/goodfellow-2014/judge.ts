import { fold, key, permuted } from '@equilibria/core'
import { type Dataset, subset } from '@equilibria/datasets'
import {
  collected,
  type Features,
  type ParzenReport,
  parzenLogLikelihood,
  parzenRows,
} from '@equilibria/metrics'
import type { Split } from './experiment.ts'
import { kMeans, type Rows } from './k-means.ts'

const flat = ({ data, shape }: Features): Rows => ({ data, shape: [shape[0]!, data.length / shape[0]!] })

/** How many centres a set has room for. */
export const centresOf = ({ train }: Split): number => Math.min(parzenRows.samples, train.size)

/** Table 1's procedure for these samples: the first of the images kept out choose the bandwidth. */
export const parzenOf = (samples: Features, { train, validation, test }: Split): Promise<ParzenReport> =>
  parzenLogLikelihood({
    samples,
    range: train.range,
    validation: first(validation, parzenRows.validation).pass(250),
    test: test.pass(250),
  })

const first = (data: Dataset, n: number) =>
  subset(
    data,
    Uint32Array.from({ length: Math.min(n, data.size) }, (_, i) => i),
  )

/** Training images, chosen by `seed`. */
export async function trainingImages({ train }: Split, n: number, seed: number): Promise<Rows> {
  const chosen = Uint32Array.from({ length: n }, (_, i) => permuted(fold(key(seed), 'images'), train.size, i))
  return flat(await collected(subset(train, chosen).pass(1000)))
}

/** Centres that k-means finds among all training images. */
export async function kMeansCentres(
  { train }: Split,
  k: number,
  {
    rounds,
    seed,
    progress,
  }: { rounds: number; seed: number; progress: (round: number, distance: number) => void },
): Promise<Rows> {
  return kMeans(flat(await collected(train.pass(1000))), {
    k,
    rounds,
    key: fold(key(seed), 'k-means'),
    progress,
  })
}
