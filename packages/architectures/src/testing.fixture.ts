import { type Context, key, type Memory, sampling } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** The numbers of a tensor. */
export const values = (t: Tensor): number[] => [...t.dataSync()]

/** A context in `train` mode, and what was told in it. */
export function training(given: Partial<Context> = {}): Context & { told: Record<string, Tensor> } {
  const told: Record<string, Tensor> = {}
  return {
    key: key(0),
    mode: 'train',
    path: '',
    memory: {},
    tell: (path, value) => {
      told[path] = value
    },
    ...given,
    told,
  }
}

/** What was told, as memory for sampling. */
export const after = (told: Memory, labels?: Tensor): Context => sampling(told, { labels })

/** Every number within `tolerance` of what is expected. */
export function expectClose(
  found: Tensor | readonly number[],
  expected: readonly number[],
  tolerance = 1e-5,
): void {
  const numbers = Array.isArray(found) ? (found as number[]) : values(found as Tensor)
  expect(numbers.length).toBe(expected.length)
  numbers.forEach((x, i) => {
    const e = expected[i]!
    if (!(Math.abs(x - e) <= tolerance * Math.max(1, Math.abs(e))))
      expect.fail(`number ${i}: expected ${e} within ${tolerance}, got ${x}`)
  })
}

/** Numbers without pattern in (-1, 1), the same every time. */
export const scattered = (n: number, phase = 0): number[] =>
  Array.from({ length: n }, (_, i) => Math.sin(1 + phase + i * 2.399963 + Math.sin(i * i + phase)))

/** Mean and biased variance. */
export function momentsOf(xs: readonly number[]): { mean: number; variance: number } {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  return { mean, variance: xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length }
}
