import { fold, key, normals } from '@equilibria/core'
import { expect } from 'vitest'
import type { Complex } from './eigenvalues.ts'
import { dot } from './vectors.ts'

/** A random matrix, not symmetric, whose eigenvalues fill the unit disk as n grows (Ginibre). */
export const random = (n: number, seed = 0) =>
  Array.from({ length: n }, (_, i) => [...normals(fold(key(seed), i), n)].map(x => x / Math.sqrt(n)))
/** A matrix as what it does to vectors. */
export const times = (m: readonly (readonly number[])[]) => {
  const rows = m.map(row => Float64Array.from(row))
  return (v: Float64Array) => Float64Array.from(rows, row => dot(row, v))
}

/** Holds complex numbers against others, in order. */
export const close = (found: readonly Complex[], expected: readonly Complex[], digits = 10) => {
  expect(found.length).toBe(expected.length)
  for (const [i, z] of found.entries()) {
    expect(z.re, `real part ${i}`).toBeCloseTo(expected[i]!.re, digits)
    expect(z.im, `imaginary part ${i}`).toBeCloseTo(expected[i]!.im, digits)
  }
}
