import { fold, key } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  fans,
  glorot,
  he,
  type Initializer,
  normal,
  ones,
  orthogonal,
  uniform,
  zeros,
} from './initializers.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const moments = (t: Tensor) => {
  const xs = [...t.dataSync()]
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  return { mean, deviation: Math.sqrt(xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length), xs }
}

describe('initializers', () => {
  it('counts fans over the window', () => {
    expect(fans([7, 5])).toEqual({ in: 7, out: 5 })
    expect(fans([3, 4, 7, 5])).toEqual({ in: 84, out: 60 })
    expect(() => fans([3])).toThrow('[..., in, out]')
  })

  it.each<[string, Initializer, readonly number[], number]>([
    ['normal', normal(0.02), [100, 100], 0.02],
    ['uniform', uniform(0.3), [100, 100], 0.3 / Math.sqrt(3)],
    ['he', he(), [4, 4, 25, 100], Math.sqrt(2 / 400)],
    ['he(.2)', he(0.2), [200, 100], Math.sqrt(2 / (1.04 * 200))],
    ['glorot', glorot, [300, 100], Math.sqrt(2 / 400)],
  ])('%s has mean 0 and the deviation its formula says', (_, make, shape, deviation) => {
    const found = moments(make(key(1), shape))
    expect(Math.abs(found.mean)).toBeLessThan((4 * deviation) / Math.sqrt(found.xs.length))
    expect(found.deviation / deviation).toBeCloseTo(1, 1)
  })

  it('keeps uniform numbers within the bound', () => {
    const { xs } = moments(uniform(0.05)(key(2), [5000]))
    expect(Math.max(...xs.map(Math.abs))).toBeLessThanOrEqual(0.05)
    expect(Math.max(...xs)).toBeGreaterThan(0.049)
  })

  it('makes constants', () => {
    expect([...zeros(key(0), [3]).dataSync()]).toEqual([0, 0, 0])
    expect([...ones(key(0), [2]).dataSync()]).toEqual([1, 1])
  })

  it('depends on the key alone', () => {
    const of = (k: ReturnType<typeof key>) => [...normal(1)(k, [8]).dataSync()]
    expect(of(key(3))).toEqual(of(key(3)))
    expect(of(key(3))).not.toEqual(of(fold(key(3), 'other')))
  })

  it.each([
    [[6, 4], 'columns'],
    [[4, 6], 'rows'],
    [[2, 2, 3, 5], 'columns'],
  ] as const)('orthogonal %j has orthonormal %s', (shape, which) => {
    const w = orthogonal(2)(key(5), shape).dataSync()
    const columns = shape.at(-1)!
    const rows = w.length / columns
    const [count, entry] =
      which === 'rows'
        ? [rows, (v: number, j: number) => w[v * columns + j]!]
        : [columns, (v: number, j: number) => w[j * columns + v]!]
    const length = w.length / count
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++) {
        let dot = 0
        for (let j = 0; j < length; j++) dot += entry(a, j) * entry(b, j)
        expect(dot).toBeCloseTo(a === b ? 4 : 0, 5)
      }
  })
})
