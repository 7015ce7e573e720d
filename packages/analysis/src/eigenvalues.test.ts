import { fold, key, normals } from '@equilibria/core'
import { describe, expect, it } from 'vitest'
import { arnoldi } from './arnoldi.ts'
import { type Complex, eigenpairs, eigenvalues, modulus } from './eigenvalues.ts'
import { dot } from './vectors.ts'

const random = (n: number, seed = 0) =>
  Array.from({ length: n }, (_, i) => [...normals(fold(key(seed), i), n)].map(x => x / Math.sqrt(n)))
const times = (m: readonly (readonly number[])[]) => {
  const rows = m.map(row => Float64Array.from(row))
  return (v: Float64Array) => Float64Array.from(rows, row => dot(row, v))
}

const close = (found: readonly Complex[], expected: readonly Complex[], digits = 10) => {
  expect(found.length).toBe(expected.length)
  for (const [i, z] of found.entries()) {
    expect(z.re, `real part ${i}`).toBeCloseTo(expected[i]!.re, digits)
    expect(z.im, `imaginary part ${i}`).toBeCloseTo(expected[i]!.im, digits)
  }
}

describe('eigenvalues', () => {
  it('of a rotation, a triangle, a permutation and a companion matrix', () => {
    close(
      eigenvalues([
        [0, -0.5],
        [0.5, 0],
      ]),
      [
        { re: 0, im: 0.5 },
        { re: 0, im: -0.5 },
      ],
    )
    close(
      eigenvalues([
        [1, 7, 3],
        [0, -2, 9],
        [0, 0, 5],
      ]),
      [5, 1, -2].map(re => ({ re, im: 0 })),
    )
    const third = Math.sqrt(3) / 2
    close(
      eigenvalues([
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ]),
      [
        { re: 1, im: 0 },
        { re: -0.5, im: third },
        { re: -0.5, im: -third },
      ],
    )
    // (x - 1)(x - 2)(x - 3)(x - 4) = x^4 - 10 x^3 + 35 x^2 - 50 x + 24
    close(
      eigenvalues([
        [10, -35, 50, -24],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ]),
      [4, 3, 2, 1].map(re => ({ re, im: 0 })),
    )
  })

  it('add up to the trace, and come with vectors that the matrix only stretches', () => {
    const a = random(12)
    const pairs = eigenpairs(a)
    expect(pairs.reduce((sum, { value }) => sum + value.re, 0)).toBeCloseTo(
      a.reduce((sum, row, i) => sum + row[i]!, 0),
      10,
    )
    expect(pairs.some(({ value }) => value.im !== 0)).toBe(true)
    for (const { value, vector } of pairs) {
      const [re, im] = [times(a)(vector.re), times(a)(vector.im)]
      for (let i = 0; i < 12; i++) {
        expect(re[i]).toBeCloseTo(value.re * vector.re[i]! - value.im * vector.im[i]!, 10)
        expect(im[i]).toBeCloseTo(value.re * vector.im[i]! + value.im * vector.re[i]!, 10)
      }
      expect(Math.hypot(...vector.re, ...vector.im)).toBeCloseTo(1, 12)
    }
  })

  it('says what is wrong with a matrix', () => {
    expect(() => eigenvalues([[1, 2]])).toThrow('expected a square matrix, got 1 rows of 2 numbers')
    expect(() => eigenvalues([])).toThrow('expected a square matrix, got 0 rows')
    expect(() =>
      eigenvalues([
        [1, 0],
        [Number.NaN, 1],
      ]),
    ).toThrow('got NaN in row 1, column 0')
  })
})

describe('arnoldi', () => {
  const n = 60
  const a = random(n, 3)
  // One pair well outside the disk in which a random matrix has its eigenvalues.
  const outside = a.map((row, i) =>
    row.map((x, j) => x + (i === 0 && j === 1 ? 9 : i === 1 && j === 0 ? -4 : 0)),
  )
  const exact = eigenvalues(outside)

  it.each([
    ['rightmost', (z: Complex) => z.re],
    ['leftmost', (z: Complex) => -z.re],
    ['largest', modulus],
  ] as const)('finds the %s eigenvalues of the dense method', async (wanted, reach) => {
    const { values, converged, products } = await arnoldi(times(outside), {
      size: n,
      wanted,
      count: 2,
      dimension: n,
      tolerance: 1e-9,
    })
    expect(converged).toBe(true)
    expect(products).toBeLessThanOrEqual(n)
    const best = [...exact].sort((x, y) => reach(y) - reach(x)).slice(0, 2)
    // Of a conjugate pair either may come first.
    const upper = (zs: readonly Complex[]) => zs.map(({ re, im }) => ({ re, im: Math.abs(im) }))
    close(upper(values.map(v => v.value)), upper(best), 6)
  })

  it('stops early for eigenvalues that stand out', async () => {
    const { values, converged, products } = await arnoldi(times(outside), {
      size: n,
      wanted: 'largest',
      count: 2,
    })
    expect(converged).toBe(true)
    expect(products).toBeLessThan(n / 2)
    expect(Math.abs(values[0]!.value.im)).toBeCloseTo(
      Math.abs([...exact].sort((x, y) => modulus(y) - modulus(x))[0]!.im),
      4,
    )
  })

  it('says when the space was too small, and how far off it is', async () => {
    const { converged, values, products } = await arnoldi(times(a), {
      size: n,
      dimension: 12,
      count: 4,
      tolerance: 1e-8,
    })
    expect(converged).toBe(false)
    expect(products).toBe(12)
    expect(values.every(v => v.residual > 1e-8)).toBe(true)
  })

  it('ends where the space is closed: one product for a multiple of the identity, two for a rotation', async () => {
    const one = await arnoldi(v => v.map(x => 3 * x), { size: 7 })
    expect(one).toMatchObject({ products: 1, converged: true })
    close(
      one.values.map(v => v.value),
      [{ re: 3, im: 0 }],
    )
    const two = await arnoldi(v => Float64Array.from([-v[1]!, v[0]!]), { size: 2 })
    expect(two).toMatchObject({ products: 2, converged: true })
    expect(two.values.map(v => Math.abs(v.value.im))).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)])
    const none = await arnoldi(v => v.map(() => 0), { size: 3 })
    close(
      none.values.map(v => v.value),
      [{ re: 0, im: 0 }],
    )
  })

  it('says what is wrong', async () => {
    await expect(arnoldi(v => v, { size: 0 })).rejects.toThrow('size must be a whole number >= 1, got 0')
    await expect(arnoldi(v => v, { size: 2, wanted: 'top' as never })).rejects.toThrow(
      'wanted must be one of rightmost',
    )
    await expect(arnoldi(() => new Float64Array(3), { size: 2 })).rejects.toThrow(
      'a product of 2 numbers, got one of 3',
    )
    await expect(arnoldi(v => v.map(() => Number.NaN), { size: 2 })).rejects.toThrow(
      'a product is not finite',
    )
  })
})
