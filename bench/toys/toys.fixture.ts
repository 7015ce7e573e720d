import { recipes } from './recipes.ts'
import type { Result } from './results.ts'

/** A result that reaches the goal of the ring, but for `changes`. */
export const resultOf = (changes: Partial<Result> = {}): Result => {
  const cell = { recipe: 'default', data: 'ring', steps: 20_000, seed: 0 } as const
  return {
    ...cell,
    modes: 8,
    highQuality: 0.95,
    reverseKl: 0.01,
    samples: 2500,
    seconds: 600,
    engine: 'eager',
    machine: { processor: 'a processor', cores: 2, memory: '4 GB', system: 'a system', node: 'v20' },
    date: '2026-01-02T03:04:05.000Z',
    spec: recipes.default.recipe(cell.data, cell.steps),
    ...changes,
  }
}
