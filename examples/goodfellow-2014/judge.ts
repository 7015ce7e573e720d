import { fold, key, permuted } from '@equilibria/core'
import type { Dataset } from '@equilibria/datasets'
import { type Features, type ParzenReport, parzenLogLikelihood } from '@equilibria/metrics'
import type { Split } from './experiment.ts'
import { kMeans, type Rows } from './k-means.ts'

/** What stands in the windows' centres: 10,000 in the paper. */
const CENTRES = 10_000
/** Validation images that choose the bandwidth. */
const CHOOSING = 1000

const flat = async (data: Dataset, indices: ArrayLike<number>): Promise<Rows> => {
  const batch = await data.rows(indices)
  const rows = Float32Array.from(await batch.data.data<'float32'>())
  batch.data.dispose()
  batch.labels?.dispose()
  return { data: rows, shape: [indices.length, rows.length / indices.length] }
}

/** How many centres a set has room for. */
export const centresOf = ({ train }: Split): number => Math.min(CENTRES, train.size)

/** Table 1's procedure for these samples. */
export const parzenOf = (samples: Features, { train, validation, test }: Split): Promise<ParzenReport> =>
  parzenLogLikelihood({
    samples,
    range: train.range,
    validation: first(validation, CHOOSING),
    test: test.pass(250),
  })

async function* first(data: Dataset, n: number) {
  const size = Math.min(n, data.size)
  for (let from = 0; from < size; from += 250)
    yield await data.rows(Uint32Array.from({ length: Math.min(250, size - from) }, (_, i) => from + i))
}

/** Training images, chosen by `seed`. */
export const trainingImages = ({ train }: Split, n: number, seed: number): Promise<Rows> =>
  flat(
    train,
    Uint32Array.from({ length: n }, (_, i) => permuted(fold(key(seed), 'images'), train.size, i)),
  )

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
  const rows = await flat(
    train,
    Uint32Array.from({ length: train.size }, (_, i) => i),
  )
  return kMeans(rows, { k, rounds, key: fold(key(seed), 'k-means'), progress })
}
