import { describe, expect, it } from 'vitest'
import { eigenpairs, eigenvalues } from './eigenvalues.ts'
import { close, random, times } from './matrices.fixture.ts'

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
