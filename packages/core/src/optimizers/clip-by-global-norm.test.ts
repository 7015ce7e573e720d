import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { scalar, setBackend, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { clipByGlobalNorm, globalNorm } from './clip-by-global-norm.ts'
import { apart, gradient, reference, start, trajectory } from './quadratic.fixture.ts'
import { sgd } from './sgd.ts'

describe.each(['cpu', 'wasm'])('clipByGlobalNorm on %s', backend => {
  beforeAll(() => setBackend(backend))

  it('bounds the norm of all gradients taken together and keeps their direction', async () => {
    const norms: number[] = []
    const expected = reference((p, g) => {
      const norm = Math.hypot(...g)
      norms.push(norm)
      for (const i of p.keys()) p[i]! -= 0.3 * g[i]! * Math.min(1, 2.5 / norm)
    })
    expect(apart(await trajectory(clipByGlobalNorm(2.5, sgd(0.3))), expected)).toBeLessThan(1e-5)
    // The comparison covers both sides of the limit.
    expect(norms[0]).toBeGreaterThan(10)
    expect(norms.at(-1)).toBeLessThan(2.5)
  })

  it('changes nothing below the limit, to the last bit, and lets the inner optimizer keep its state', async () => {
    const inner = sgd(0.1, { momentum: 0.9 })
    const above = Math.hypot(...gradient(start)) * 10
    expect(await trajectory(clipByGlobalNorm(above, inner))).toEqual(await trajectory(inner))
  })

  it('lets gradients of zero be zero', async () => {
    const optimizer = clipByGlobalNorm(1, sgd(1))
    const params = { w: tensor1d([1, 2]) }
    const [moved] = optimizer.update({ w: zeros([2]) }, optimizer.init(params), params)
    expect([...(await (moved as typeof params).w.data())]).toEqual([1, 2])
  })
})

describe('globalNorm', () => {
  it('is the Euclidean norm over all leaves', async () => {
    const norm = globalNorm({ a: tensor1d([1, 2]), b: [scalar(2), tensor1d([4, 0])] })
    expect((await norm.data())[0]).toBeCloseTo(5, 6)
  })
})

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the limit %s', limit => {
  expect(() => clipByGlobalNorm(limit, sgd(0.1))).toThrow(`the limit must be a number > 0, got ${limit}`)
})
