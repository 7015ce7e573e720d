/** Rows as a metric sees them: points, hidden layers, class probabilities. */
export interface Features {
  /** Row after row. */
  readonly data: Float32Array
  /** [n, ...] */
  readonly shape: readonly number[]
}

/** A metric's numbers by name. */
export type Report = { readonly [measure: string]: number }

/** What a number of a report means. */
export interface Measure {
  /** Whether a higher or a lower number is better; `neither` for numbers that only describe. */
  readonly better: 'higher' | 'lower' | 'neither'
  /** `nats`, `share` (0 to 1), `modes`, `samples`, ... */
  readonly unit: string
}

/**
 * A metric: features -> statistics -> numbers. The statistics `S` are plain data (numbers, arrays, records), gathered batch by
 * batch. What comes out does not depend on how rows were cut into batches.
 */
export interface Metric<S = unknown> {
  readonly name: string
  /** The numbers that `result` reports. */
  readonly measures: { readonly [measure: string]: Measure }
  /** The statistics of no rows. */
  init(): S
  /** The statistics with these rows added. May reuse `state`: keep only what is returned. */
  update(state: S, features: Features): S
  /** The statistics of two disjoint sets of rows together. Leaves both as they are. */
  merge(a: S, b: S): S
  /** Leaves `state` as it is. Throws where there are too few rows. */
  result(state: S): Report
}

/** Rows and row length of features. Throws, in the metric's name, unless the shape is [n, ...] and fits the data. */
export function rowsOf(metric: string, { data, shape }: Features): { rows: number; length: number } {
  const [rows = 0, ...rest] = shape
  const length = rest.reduce((a, b) => a * b, 1)
  if (shape.length === 0 || rows * length !== data.length)
    throw new Error(
      `${metric}: features of shape [${shape}] hold ${rows * length} numbers, got ${data.length}`,
    )
  return { rows, length }
}

declare module '@equilibria/core' {
  interface Kinds {
    metrics: Metric
  }
}
