import type { Batch } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Features, Metric, Report } from './metric.ts'

/** Turns rows into what a metric looks at. Leaves the tensor as it is. */
export type Extractor = (rows: Tensor) => Promise<Features>

/** Batches of rows: tensors, or a dataset's batches. */
export type Batches = AsyncIterable<Tensor | Batch> | Iterable<Tensor | Batch>

/** Rows as they are. */
export const values: Extractor = async rows => ({
  data: Float32Array.from(await rows.data()),
  shape: rows.shape,
})

/** What is evaluated, and how. */
export interface Evaluation<S> {
  readonly metric: Metric<S>
  /** `values` unless given. */
  readonly features?: Extractor
  /** Each batch is disposed once it has been read. */
  readonly batches: Batches
}

/** The statistics of batches: what `merge` puts together. */
export async function gather<S>({
  metric,
  features = values,
  batches,
}: Omit<Evaluation<S>, 'metric'> & { readonly metric: Pick<Metric<S>, 'init' | 'update'> }): Promise<S> {
  let state = metric.init()
  for await (const batch of batches) {
    try {
      state = metric.update(state, await features(rowsIn(batch)))
    } finally {
      disposeBatch(batch)
    }
  }
  return state
}

/** All rows of batches in one; each batch is disposed once it has been read. Throws on rows of several shapes. */
export async function collected(batches: Batches): Promise<Features> {
  const parts: Features[] = []
  await gather<void>({
    metric: { init: () => undefined, update: (_, features) => void parts.push(features) },
    batches,
  })
  const [, ...row] = parts[0]?.shape ?? []
  const other = parts.find(({ shape }) => shape.slice(1).join() !== row.join())
  if (other)
    throw new Error(`collected: expected rows of one shape, got [${row}] and [${other.shape.slice(1)}]`)
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  return { data, shape: [parts.reduce((sum, { shape }) => sum + shape[0]!, 0), ...row] }
}

/** A metric's report on batches. */
export const evaluate = async <S>(evaluation: Evaluation<S>): Promise<Report> =>
  evaluation.metric.result(await gather(evaluation))

/** The rows of a tensor or of a dataset's batch. */
export const rowsIn = (batch: Tensor | Batch): Tensor =>
  'data' in batch && isTensor(batch.data) ? batch.data : (batch as Tensor)

/** Releases a batch. */
export const disposeBatch = (batch: Tensor | Batch): void => {
  rowsIn(batch).dispose()
  if ('labels' in batch) batch.labels?.dispose()
}

// A tensor has a method called data, a batch a tensor.
const isTensor = (value: unknown): value is Tensor => typeof value === 'object'

/**
 * `total` rows in batches of at most `n`, made by `draw(first, count)`: a generator's samples number `first .. first + count - 1`.
 */
export async function* drawn(
  total: number,
  n: number,
  draw: (first: number, count: number) => Tensor | Promise<Tensor>,
): AsyncGenerator<Tensor> {
  for (let first = 0; first < total; first += n) yield await draw(first, Math.min(n, total - first))
}
