import type { Features, Metric, Report } from '../metric.ts'

/** Features on which a metric is probed, at least 12 rows each. */
export interface MetricContractOptions {
  /** Features of samples as they should be. */
  readonly good: Features
  /** Features of samples that are clearly worse (collapsed, smeared, noise). */
  readonly bad: Features
  /** Largest difference allowed between reports of the same rows, relative to 1 + |number|. */
  readonly tolerance?: number
}

/** Rows `from .. to - 1`. */
const cut = ({ data, shape }: Features, from: number, to: number): Features => {
  const length = data.length / shape[0]!
  return { data: data.slice(from * length, to * length), shape: [to - from, ...shape.slice(1)] }
}

/** The statistics of rows shown `size` at a time. */
function inBatches<S>(metric: Metric<S>, features: Features, size: number): S {
  if (size >= features.shape[0]!) return metric.update(metric.init(), features)
  let state = metric.init()
  for (let row = 0; row < features.shape[0]!; row += size)
    state = metric.update(state, cut(features, row, Math.min(features.shape[0]!, row + size)))
  return state
}

const differences = (what: string, a: Report, b: Report, tolerance: number): string[] =>
  Object.keys(a).flatMap(name =>
    Math.abs(a[name]! - b[name]!) <= tolerance * (1 + Math.abs(a[name]!))
      ? []
      : [`${what}: ${name} is ${b[name]}, expected ${a[name]}`],
  )

/**
 * Checks a metric against what `Metric` promises: its report holds the measures it states, and finite numbers; it is the same
 * however rows are cut into batches, merged from parts in either order, or asked for twice; statistics survive as plain
 * data (structuredClone), and features are left as they are; no number calls the bad samples better than the good ones, and at
 * least one calls them worse. Returns what failed, in words: an empty list if nothing did.
 */
export function metricContract<S>(
  metric: Metric<S>,
  { good, bad, tolerance = 1e-9 }: MetricContractOptions,
): string[] {
  const failures: string[] = []
  const rows = good.shape[0]!
  if (rows < 12) throw new Error(`metricContract: expected at least 12 good rows, got ${rows}`)
  const untouched = good.data.slice()
  const report = metric.result(inBatches(metric, good, rows))

  const stated = Object.keys(metric.measures).sort().join()
  if (Object.keys(report).sort().join() !== stated)
    failures.push(`expected the measures ${stated}, the report holds ${Object.keys(report).sort().join()}`)
  for (const [name, value] of Object.entries(report))
    if (!Number.isFinite(value)) failures.push(`${name} is ${value}; expected a finite number`)

  for (const size of [1, 5, rows - 1])
    failures.push(
      ...differences(`batches of ${size}`, report, metric.result(inBatches(metric, good, size)), tolerance),
    )

  const half = Math.floor(rows / 3)
  const parts = () =>
    [inBatches(metric, cut(good, 0, half), 4), inBatches(metric, cut(good, half, rows), 7)] as const
  const [a, b] = parts()
  const merged = metric.result(metric.merge(a, b))
  failures.push(
    ...differences('merged', report, merged, tolerance),
    ...differences('merged again from the same parts', report, metric.result(metric.merge(a, b)), tolerance),
    ...differences('merged the other way round', report, metric.result(metric.merge(b, a)), tolerance),
    ...differences(
      'merged with nothing',
      report,
      metric.result(metric.merge(metric.init(), inBatches(metric, good, 5))),
      tolerance,
    ),
  )

  const state = inBatches(metric, good, rows)
  metric.result(state)
  failures.push(...differences('asked for twice', report, metric.result(state), tolerance))
  failures.push(
    ...differences('stored as plain data', report, metric.result(structuredClone(state)), tolerance),
  )
  if (untouched.some((v, i) => !Object.is(v, good.data[i]))) failures.push('update changed the features')

  const worse = metric.result(inBatches(metric, bad, rows))
  let told = false
  for (const [name, { better }] of Object.entries(metric.measures)) {
    if (better === 'neither') continue
    const gain = better === 'higher' ? worse[name]! - report[name]! : report[name]! - worse[name]!
    if (gain > tolerance)
      failures.push(`${name} (${better} is better) prefers bad samples: ${worse[name]} over ${report[name]}`)
    if (gain < -tolerance) told = true
  }
  if (!told) failures.push('no measure tells bad samples from good ones')
  return failures
}
