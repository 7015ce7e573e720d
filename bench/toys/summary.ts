import { type DataName, goal, modesOf } from './protocol.ts'
import type { Result } from './results.ts'

/** Mean and standard error over seeds; of a single seed there is no error. */
export interface Spread {
  readonly mean: number
  readonly error?: number
}

/** Mean of some numbers, and its standard error s / sqrt(n), s with n - 1. Throws on none. */
export function spread(numbers: readonly number[]): Spread {
  const n = numbers.length
  if (n === 0) throw new Error('spread: of no numbers')
  const mean = numbers.reduce((a, b) => a + b, 0) / n
  if (n === 1) return { mean }
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  return { mean, error: Math.sqrt(squares / (n - 1) / n) }
}

/** Whether a run has all modes, at least 90 % high quality and a reverse KL below the goal of its data. */
export const reached = ({ data, modes, highQuality, reverseKl }: Result): boolean =>
  modes === modesOf[data] && highQuality >= goal[data].highQuality && reverseKl < goal[data].reverseKl

/** What even a perfect sampler is expected to have: 1 - exp(-9/2) within three deviations, (modes - 1) / (2 samples) nats. */
export const perfect = (data: DataName, samples: number) => ({
  modes: modesOf[data],
  highQuality: 1 - Math.exp(-4.5),
  reverseKl: (modesOf[data] - 1) / (2 * samples),
})
