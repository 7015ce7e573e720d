import { baselines } from './columns.ts'
import type { Measured } from './measure.ts'

/** The middle of some numbers; between the middle two where they are even. Throws on none. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new Error('median: of no numbers')
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A column's numbers, told in one cell. */
export interface Summary {
  readonly column: string
  /** Median seconds. */
  readonly seconds: number
  /** Least and most seconds of a round. */
  readonly range: readonly [number, number]
  /** How many times as fast as the better of PyTorch's two eager settings: the median over rounds. Absent without PyTorch. */
  readonly ratio?: number
}

/** Medians of all columns that have numbers, and their ratios. */
export function summaries(measured: readonly Measured[]): readonly Summary[] {
  const present = measured.flatMap(each => ('seconds' in each && each.seconds.length > 0 ? [each] : []))
  const base = present
    .filter(({ column }) => baselines.includes(column))
    .sort((a, b) => median(a.seconds) - median(b.seconds))[0]
  return present.map(({ column, seconds }) => ({
    column,
    seconds: median(seconds),
    range: [Math.min(...seconds), Math.max(...seconds)],
    // Round by round, since what slows the machine in a round slows both.
    ...(base && { ratio: median(seconds.map((own, round) => base.seconds[round]! / own)) }),
  }))
}
