import { type Metric, rowsOf } from './metric.ts'
import { klFromUniform } from './mode-coverage.ts'

/** How many rows each class is the most probable of, and the sum of these probabilities. */
export interface ClassCounts {
  readonly counts: readonly number[]
  readonly top: number
}

/** Options of `classBalance`. */
export interface ClassBalanceOptions {
  readonly classes: number
}

/** The name under which `classBalance` reports a class's share. */
export const shareOf = (label: number): string => `share ${label}`

/**
 * Which classes a classifier sees in samples: features are its probabilities [n, classes]. Reports the share of samples of each
 * class by its most probable name (`share 0`, `share 1`, ...), `classKl`: KL(shares || uniform) in nats, 0 if all classes are
 * equally frequent, ln(classes) if there is only one; and `meanTopProbability`, how sure the classifier is on average.
 */
export function classBalance({ classes }: ClassBalanceOptions): Metric<ClassCounts> {
  if (!(Number.isInteger(classes) && classes > 1))
    throw new Error(`classBalance: expected at least 2 classes, got ${classes}`)
  const labels = Array.from({ length: classes }, (_, label) => label)
  return {
    name: 'classBalance',
    measures: {
      meanTopProbability: { better: 'higher', unit: 'probability' },
      classKl: { better: 'lower', unit: 'nats' },
      samples: { better: 'neither', unit: 'samples' },
      ...Object.fromEntries(
        labels.map(label => [shareOf(label), { better: 'neither', unit: 'share' } as const]),
      ),
    },
    init: () => ({ counts: labels.map(() => 0), top: 0 }),
    update(state, features) {
      const { rows, length } = rowsOf('classBalance', features)
      if (length !== classes)
        throw new Error(`classBalance: expected probabilities [n, ${classes}], got [${features.shape}]`)
      const counts = [...state.counts]
      let { top } = state
      for (let row = 0; row < rows; row++) {
        const own = features.data.subarray(row * classes, (row + 1) * classes)
        let best = 0
        for (let label = 1; label < classes; label++) if (own[label]! > own[best]!) best = label
        if (!(own[best]! >= 0 && own[best]! <= 1 + 1e-6))
          throw new Error(`classBalance: row ${row} holds no probabilities, its largest is ${own[best]}`)
        counts[best]!++
        top += own[best]!
      }
      return { counts, top }
    },
    merge: (a, b) => ({ counts: a.counts.map((n, label) => n + b.counts[label]!), top: a.top + b.top }),
    result({ counts, top }) {
      const samples = counts.reduce((a, b) => a + b, 0)
      if (samples === 0) throw new Error('classBalance: there are no samples')
      return {
        meanTopProbability: top / samples,
        classKl: klFromUniform(counts),
        samples,
        ...Object.fromEntries(counts.map((n, label) => [shareOf(label), n / samples])),
      }
    },
  }
}
