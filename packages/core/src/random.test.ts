import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bits, fold, key } from './key.ts'
import {
  bernoulli,
  integers,
  normal,
  normalQuantile,
  normals,
  permuted,
  uniform,
  uniforms,
} from './random.ts'

beforeAll(() => setBackend('cpu'))

const moments = (xs: ArrayLike<number>) => {
  const powers = [0, 0, 0, 0]
  for (let i = 0; i < xs.length; i++) for (let p = 0; p < 4; p++) powers[p]! += xs[i]! ** (p + 1) / xs.length
  return powers
}

describe('normalQuantile', () => {
  // Reference values of the inverse normal distribution function in double precision.
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.001, -3.090232306167813],
    [1e-9, -5.997807015007686],
    [1e-15, -7.941345326170998],
  ])('of %s is %s', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 13))
})

describe('streams', () => {
  it('golden: the same numbers everywhere', () => {
    const hex = (xs: Float32Array) => [...new Uint32Array(xs.buffer)].map(w => w.toString(16)).join(' ')
    expect(hex(uniforms(key(3), 4))).toMatchInlineSnapshot(`"3f05032b 3e6fb654 3e239b0c 3eb76606"`)
    expect(hex(normals(key(3), 6))).toMatchInlineSnapshot(
      `"3d491b6f bf39b5d0 bf7ed274 beb9fefd bf3ab852 3ec3b3b6"`,
    )
  })

  it('uniform numbers lie in the open interval and have its moments', () => {
    const xs = uniforms(key(1), 100_000)
    expect(Math.min(...xs.slice(0, 50_000))).toBeGreaterThan(0)
    expect(Math.max(...xs.slice(0, 50_000))).toBeLessThan(1)
    expect(moments(xs).map(m => Math.round(m * 100) / 100)).toEqual([0.5, 0.33, 0.25, 0.2])
  })

  it('normal numbers have mean 0, variance 1, no skew and kurtosis 3', () => {
    const [mean, second, third, fourth] = moments(normals(key(1), 400_000))
    expect(mean).toBeCloseTo(0, 2)
    expect(second).toBeCloseTo(1, 2)
    expect(third).toBeCloseTo(0, 1)
    expect(fourth).toBeCloseTo(3, 1)
  })

  it('tensors hold the stream, from any offset', async () => {
    const whole = await normal(key(5), [4, 3], 1, 2).data()
    const row2 = await normal(key(5), [1, 3], 1, 2, { offset: 6 }).data()
    expect([...row2]).toEqual([...whole.slice(6, 9)])
    const inside = await uniform(key(5), [100], -2, 3).data()
    expect(Math.min(...inside)).toBeGreaterThan(-2)
    expect(Math.max(...inside)).toBeLessThan(3)
  })

  it('bernoulli draws ones with its probability', async () => {
    const drawn = await bernoulli(key(2), [20_000], 0.3).data()
    expect(new Set(drawn)).toEqual(new Set([0, 1]))
    expect(moments(drawn)[0]).toBeCloseTo(0.3, 1)
  })

  it('integers cover their range evenly', () => {
    const counts = new Array(10).fill(0)
    for (const i of integers(key(9), 10_000, 10)) counts[i]++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('permuted', () => {
  it('is a permutation for every size and key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(50), (n, seed) => {
        const seen = new Set(Array.from({ length: n }, (_, i) => permuted(key(seed), n, i)))
        expect(seen.size).toBe(n)
        for (const x of seen) expect(x).toBeLessThan(n)
      }),
      { numRuns: 50 },
    )
  })

  it('leaves no order behind: neighbours stay neighbours as rarely as by chance', () => {
    const n = 1000
    const k = fold(key(4), 'order')
    const order = Array.from({ length: n }, (_, i) => permuted(k, n, i))
    const fixed = order.filter((x, i) => x === i).length
    const runs = order.filter((x, i) => i > 0 && Math.abs(x - order[i - 1]!) === 1).length
    expect(fixed).toBeLessThan(8)
    expect(runs).toBeLessThan(12)
    // Mean displacement of a random permutation is n / 3.
    const displacement = order.reduce((s, x, i) => s + Math.abs(x - i), 0) / n
    expect(Math.abs(displacement - n / 3)).toBeLessThan(30)
  })

  it('refuses what lies outside', () => {
    expect(() => permuted(key(1), 10, 10)).toThrow(/expected 0 <= i < 10/)
  })

  it('differs from key to key', () => {
    expect(bits(key(1), 1)[0]).not.toBe(bits(key(2), 1)[0])
    const order = (seed: number) => Array.from({ length: 20 }, (_, i) => permuted(key(seed), 20, i)).join()
    expect(order(1)).not.toBe(order(2))
  })
})
