import { key, normals } from '@equilibria/core'
import { describe, expect, it } from 'vitest'
import { arnoldi } from './arnoldi.ts'
import { type Complex, eigenpairs, eigenvalues, modulus } from './eigenvalues.ts'
import { close, random, times } from './matrices.fixture.ts'
import { dot, norm } from './vectors.ts'

/** Of a conjugate pair either may come first. */
const upper = (zs: readonly Complex[]) => zs.map(({ re, im }) => ({ re, im: Math.abs(im) }))

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
    close(upper(values.map(v => v.value)), upper(best), 6)
  })

  it.each([
    [5, 1],
    [17, 2],
    [40, 3],
  ])(
    'finds all eigenvalues of a random matrix of %s where the space is all of it, from any start',
    async (size, seed) => {
      const matrix = random(size, seed)
      const dense = eigenvalues(matrix)
      for (const start of [0, 1]) {
        const { values, converged, products } = await arnoldi(times(matrix), {
          size,
          wanted: 'rightmost',
          count: size,
          dimension: size,
          key: key(start),
        })
        expect(converged).toBe(true)
        expect(products).toBe(size)
        const found = values.map(v => v.value).sort((x, y) => y.re - x.re || y.im - x.im)
        close(found, dense, 8)
      }
    },
  )

  it('is not further off than it says, where the matrix is normal: a circulant, whose eigenvalues are a Fourier transform', async () => {
    const size = 64
    const row = [...normals(key(5), size)]
    const spectrum = row.map((_, k) => {
      const angle = (j: number) => (2 * Math.PI * j * k) / size
      return {
        re: row.reduce((sum, x, j) => sum + x * Math.cos(angle(j)), 0),
        im: row.reduce((sum, x, j) => sum + x * Math.sin(angle(j)), 0),
      }
    })
    const circulant = row.map((_, i) => row.map((_, j) => row[(j - i + size) % size]!))
    for (const dimension of [10, 20, 40]) {
      const { values } = await arnoldi(times(circulant), {
        size,
        dimension,
        count: dimension,
        wanted: 'largest',
      })
      expect(values.length).toBe(dimension)
      for (const { value, residual } of values) {
        const off = Math.min(...spectrum.map(z => Math.hypot(z.re - value.re, z.im - value.im)))
        expect(off).toBeLessThanOrEqual(residual + 1e-9)
      }
    }
  })

  it('says of each value |A v - value v|: that of the Ritz pair in a Krylov space built by hand', async () => {
    const [size, m] = [30, 6]
    const apply = times(random(size, 8))
    // v, A v, A^2 v, ... made orthonormal.
    const basis: Float64Array[] = []
    let next = Float64Array.from(normals(key(2), size))
    for (let j = 0; j < m; j++) {
      const free = basis.reduce((w, q) => w.map((x, i) => x - dot(q, w) * q[i]!), next)
      basis.push(free.map(x => x / norm(free)))
      next = apply(basis[j]!)
    }
    const inside = basis.map(q => basis.map(r => dot(q, apply(r))))
    const lifted = (y: Float64Array) =>
      Float64Array.from({ length: size }, (_, i) => basis.reduce((sum, q, j) => sum + q[i]! * y[j]!, 0))
    const pairs = eigenpairs(inside).map(({ value, vector }) => {
      const [re, im] = [lifted(vector.re), lifted(vector.im)]
      const [ofRe, ofIm] = [apply(re), apply(im)]
      const off = [...re.keys()].flatMap(i => [
        ofRe[i]! - value.re * re[i]! + value.im * im[i]!,
        ofIm[i]! - value.re * im[i]! - value.im * re[i]!,
      ])
      return { value, residual: Math.hypot(...off) }
    })
    const { values } = await arnoldi(apply, {
      size,
      wanted: 'rightmost',
      count: m,
      dimension: m,
      key: key(2),
    })
    const ordered = [...values].sort((x, y) => y.value.re - x.value.re || y.value.im - x.value.im)
    close(
      ordered.map(v => v.value),
      pairs.map(v => v.value),
      9,
    )
    for (const [i, { residual }] of ordered.entries()) expect(residual).toBeCloseTo(pairs[i]!.residual, 9)
    expect(Math.min(...pairs.map(v => v.residual))).toBeGreaterThan(1e-3)
  })

  it('of A + s is what it finds of A, and s; of c A, c times that', async () => {
    const options = { size: n, wanted: 'rightmost', dimension: 20, count: 20, tolerance: 0 } as const
    const [plain, shifted, scaled] = await Promise.all(
      [
        (x: number) => x,
        (x: number, i: number, v: Float64Array) => x + 1.5 * v[i]!,
        (x: number) => 3 * x,
      ].map(then => arnoldi(v => times(a)(v).map((x, i) => then(x, i, v)), options)),
    )
    close(
      shifted!.values.map(v => v.value),
      plain!.values.map(({ value }) => ({ re: value.re + 1.5, im: value.im })),
      8,
    )
    close(
      scaled!.values.map(v => v.value),
      plain!.values.map(({ value }) => ({ re: 3 * value.re, im: 3 * value.im })),
      8,
    )
    for (const [i, { residual }] of plain!.values.entries()) {
      expect(shifted!.values[i]!.residual).toBeCloseTo(residual, 8)
      expect(scaled!.values[i]!.residual).toBeCloseTo(3 * residual, 8)
    }
  })

  it('finds the one eigenvalue of a Jordan block, to the root that its multiplicity allows', async () => {
    const size = 4
    const { values } = await arnoldi(async v => v.map((x, i) => 2 * x + (v[i + 1] ?? 0)), {
      size,
      wanted: 'rightmost',
      count: size,
    })
    expect(values.length).toBe(size)
    for (const { value } of values) expect(Math.hypot(value.re - 2, value.im)).toBeLessThan(1e-3)
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
      wanted: 'rightmost',
      dimension: 12,
      count: 4,
      tolerance: 1e-8,
    })
    expect(converged).toBe(false)
    expect(products).toBe(12)
    expect(values.every(v => v.residual > 1e-8)).toBe(true)
  })

  it('ends where the space is closed: one product for a multiple of the identity, two for a rotation', async () => {
    const one = await arnoldi(v => v.map(x => 3 * x), { size: 7, wanted: 'rightmost' })
    expect(one).toMatchObject({ products: 1, converged: true })
    close(
      one.values.map(v => v.value),
      [{ re: 3, im: 0 }],
    )
    const two = await arnoldi(v => Float64Array.from([-v[1]!, v[0]!]), { size: 2, wanted: 'rightmost' })
    expect(two).toMatchObject({ products: 2, converged: true })
    expect(two.values.map(v => Math.abs(v.value.im))).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)])
    const none = await arnoldi(v => v.map(() => 0), { size: 3, wanted: 'rightmost' })
    close(
      none.values.map(v => v.value),
      [{ re: 0, im: 0 }],
    )
  })

  it('says what is wrong', async () => {
    const wanted = 'rightmost'
    await expect(arnoldi(v => v, { size: 0, wanted })).rejects.toThrow(
      'size must be a whole number >= 1, got 0',
    )
    await expect(arnoldi(v => v, { size: 2, wanted: 'top' as never })).rejects.toThrow(
      'wanted must be one of rightmost',
    )
    // Which end decides depends on what is asked of it: there is no default to be wrong.
    await expect(arnoldi(v => v, { size: 2 } as never)).rejects.toThrow(
      'got none; for the stability of a field ask for the leftmost, for that of an update for the largest',
    )
    await expect(arnoldi(() => new Float64Array(3), { size: 2, wanted })).rejects.toThrow(
      'a product of 2 numbers, got one of 3',
    )
    await expect(arnoldi(v => v.map(() => Number.NaN), { size: 2, wanted })).rejects.toThrow(
      'a product is not finite',
    )
  })
})
