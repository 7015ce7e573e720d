import { type Metric, rowsOf } from './metric.ts'

/** Count, mean and sum of squared deviations of log densities. */
export interface LogDensities {
  readonly count: number
  readonly mean: number
  readonly scatter: number
}

/**
 * The mean log-likelihood of rows, and its standard error over rows (s / sqrt(n), s over n - 1), from log densities [n] or [n, 1] in nats, such as
 * those of `parzenDensity` or of a model that knows its density. Log-likelihoods compare only between densities of the same rows in the same unit.
 */
export const logLikelihood = (): Metric<LogDensities> => ({
  name: 'logLikelihood',
  measures: {
    logLikelihood: { better: 'higher', unit: 'nats' },
    standardError: { better: 'neither', unit: 'nats' },
    rows: { better: 'neither', unit: 'rows' },
  },
  init: () => ({ count: 0, mean: 0, scatter: 0 }),
  update(state, features) {
    const { rows, length } = rowsOf('logLikelihood', features)
    if (length !== 1)
      throw new Error(`logLikelihood: expected one log density a row, [n] or [n, 1], got [${features.shape}]`)
    let { count, mean, scatter } = state
    for (let row = 0; row < rows; row++) {
      const value = features.data[row]!
      if (!Number.isFinite(value))
        throw new Error(`logLikelihood: the log density of row ${row} is ${value}; expected a finite number`)
      const from = value - mean
      count++
      mean += from / count
      scatter += from * (value - mean)
    }
    return { count, mean, scatter }
  },
  merge(a, b) {
    const count = a.count + b.count
    if (count === 0) return a
    const apart = b.mean - a.mean
    return {
      count,
      mean: a.mean + (apart * b.count) / count,
      scatter: a.scatter + b.scatter + (apart * apart * a.count * b.count) / count,
    }
  },
  result({ count, mean, scatter }) {
    if (count < 2)
      throw new Error(`logLikelihood: a standard error needs at least 2 rows, there are ${count}`)
    return { logLikelihood: mean, standardError: Math.sqrt(scatter / (count - 1) / count), rows: count }
  },
})
