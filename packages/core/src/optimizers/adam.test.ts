import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AdamOptions, adam, adamw } from './adam.ts'
import { apart, reference, start, trajectory } from './quadratic.fixture.ts'
import { cosine } from './schedule.ts'

// Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2, line 12.
function written(
  rate: (t: number) => number,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0 }: AdamOptions & { decay?: number } = {},
) {
  const m = start.map(() => 0)
  const v = start.map(() => 0)
  return (p: number[], g: number[], done: number) => {
    const t = done + 1
    for (const i of p.keys()) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
      const unbiasedMean = m[i]! / (1 - beta1 ** t)
      const unbiasedSquare = v[i]! / (1 - beta2 ** t)
      const old = p[i]!
      p[i] = old - rate(done) * (unbiasedMean / (Math.sqrt(unbiasedSquare) + epsilon) + decay * old)
    }
  }
}

const cases: [AdamOptions & { decay?: number }][] = [
  [{}],
  [{ beta1: 0.5 }],
  [{ beta1: 0, beta2: 0.9 }],
  [{ beta1: 0.5, beta2: 0.9999 }],
  [{ beta2: 0 }],
  // Large enough to show where epsilon is added.
  [{ epsilon: 0.5 }],
  [{ decay: 0.1 }],
  [{ beta1: 0.8, beta2: 0.99, decay: 0.01, epsilon: 1e-3 }],
]

describe.each(['cpu', 'wasm'])('adam on %s', backend => {
  beforeAll(() => setBackend(backend))

  it.each(cases)('%j', async options => {
    const expected = reference(written(() => 0.1, options))
    const optimizer = options.decay === undefined ? adam(0.1, options) : adamw(0.1, options)
    expect(apart(await trajectory(optimizer), expected)).toBeLessThan(2e-5)
  })

  it('with the rate on a schedule that counts updates from 0, decay included', async () => {
    const rate = (t: number) => 0.01 + 0.045 * (1 + Math.cos((Math.PI * Math.min(t, 15)) / 15))
    const expected = reference(written(rate, { decay: 0.2 }))
    expect(apart(await trajectory(adamw(cosine(0.1, 0.01, 15), { decay: 0.2 })), expected)).toBeLessThan(2e-5)
  })
})

describe('adam', () => {
  beforeAll(() => setBackend('cpu'))

  it('makes a first move of the size of the rate, whatever the size of the gradient', async () => {
    const [first] = await trajectory(adam(0.1), 1)
    for (const [i, x] of first!.entries()) {
      // The last parameter stands at its target.
      const expected = i === 6 ? 0 : 0.1
      expect(Math.abs(x - start[i]!)).toBeCloseTo(expected, 5)
    }
  })

  it('goes on exactly where a saved state left off', async () => {
    const optimizer = adamw(cosine(0.1, 0.01, 15))
    expect(await trajectory(optimizer, 20, true)).toEqual(await trajectory(optimizer))
  })

  it('decays by 0.01 a rate unless told otherwise', async () => {
    expect(await trajectory(adamw(0.1))).toEqual(await trajectory(adamw(0.1, { decay: 0.01 })))
  })

  it.each([
    [{ beta1: 1 }, /beta1 must lie in \[0, 1\), got 1/],
    [{ beta2: -0.1 }, /beta2 must lie in \[0, 1\), got -0.1/],
    [{ epsilon: 0 }, /epsilon must be > 0, got 0/],
    [{ decay: -1 }, /decay must be >= 0, got -1/],
  ])('refuses %j', (options, message) => {
    expect(() => adamw(0.1, options)).toThrow(message)
  })
})
