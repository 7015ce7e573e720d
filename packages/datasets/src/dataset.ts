import type { Batch, Key } from '@equilibria/core'
import { order } from './order.ts'

/** Where the probability of a toy distribution sits: equally likely isotropic Gaussians. */
export interface Modes {
  readonly centres: readonly (readonly number[])[]
  /** Standard deviation of every mode along every axis. */
  readonly deviation: number
}

/** What is known of a dataset without reading a row. */
export interface DatasetFacts {
  readonly name: string
  /** Number of rows; Infinity for an endless stream of fresh rows. */
  readonly size: number
  /** Shape of one row: [height, width, channels] for images, [2] for points. */
  readonly shape: readonly number[]
  /** Lowest and highest value of a row; for distributions without bounds, what all but a few rows in a million keep to. */
  readonly range: readonly [low: number, high: number]
  /** Number of classes; absent where rows have no labels. */
  readonly classes?: number | undefined
  readonly classNames?: readonly string[] | undefined
  /** The class of each row, for those who choose rows by it. */
  readonly labels?: Int32Array | undefined
  /** Terms of use and authors. */
  readonly license?: string | undefined
}

/** Which batch: the `step`-th of `n` rows in the order that `key` gives. */
export interface Query {
  readonly step: number
  readonly n: number
  readonly key: Key
}

/** Rows in batches. The caller owns the tensors of every batch. */
export interface Dataset<B = Batch> extends DatasetFacts {
  /** The rows of these indices, in this order. */
  rows(indices: ArrayLike<number>): B | Promise<B>
  /**
   * Rows `step * n .. step * n + n - 1` of an endless sequence of epochs, each epoch a permutation of all rows by `key`: a
   * function of its arguments, so that resuming needs no iterator. Batches straddle epochs.
   */
  at(query: Query): B | Promise<B>
  /** Every row once, in order, `n` at a time (the last batch may be smaller): for metrics. Throws on endless datasets. */
  pass(n: number): AsyncIterable<B>
}

/**
 * A dataset of what is known of it and of how to fetch rows by index; batching follows from these.
 * Own data enters here: `dataset({ name, size, shape, range }, indices => ({ data: ... }))`.
 */
export function dataset<F extends DatasetFacts, B = Batch>(
  facts: F,
  rows: (indices: ArrayLike<number>) => B | Promise<B>,
): F & Dataset<B> {
  const { name, size, shape } = facts
  if (!(size === Infinity || (Number.isInteger(size) && size > 0)))
    throw new Error(`dataset "${name}": expected a positive number of rows, got ${size}`)
  if (!shape.every(d => Number.isInteger(d) && d > 0))
    throw new Error(`dataset "${name}": expected a row shape of positive whole numbers, got [${shape}]`)
  return {
    ...facts,
    rows,
    at: query => rows(order(size, query)),
    async *pass(n) {
      if (!(Number.isInteger(n) && n > 0))
        throw new Error(`dataset "${name}": pass expects a positive number of rows a batch, got ${n}`)
      if (size === Infinity)
        throw new Error(`dataset "${name}" is endless: give it a finite size to pass over all of it`)
      for (let first = 0; first < size; first += n)
        yield await rows(Uint32Array.from({ length: Math.min(n, size - first) }, (_, i) => first + i))
    },
  }
}

declare module '@equilibria/core' {
  interface Kinds {
    datasets: Dataset | Promise<Dataset>
  }
}
