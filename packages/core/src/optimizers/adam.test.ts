import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { mul, setBackend, sum, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradients } from '../autodiff/index.ts'
import { FLOAT64, registerFloat64, tensor64 } from '../testing/float64.ts'
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
    [{ epsilon: 0 }, /epsilon must be a number > 0, got 0/],
    [{ decay: -1 }, /decay must be a number >= 0, got -1/],
  ])('refuses %j', (options, message) => {
    expect(() => adamw(0.1, options)).toThrow(message)
  })
})

describe('adam, differentiable', () => {
  beforeAll(async () => {
    registerFloat64()
    await setBackend(FLOAT64)
  })

  it('makes the same moves, bit for bit', async () => {
    const options = { beta1: 0.5, beta2: 0.9 }
    expect(await trajectory(adam(0.1, { ...options, differentiable: true }))).toEqual(
      await trajectory(adam(0.1, options)),
    )
  })

  it('has the derivatives of its moves in the gradient, and 0 in place of none where gradient and memory are 0', async () => {
    const optimizer = adam(0.125, { beta1: 0.5, beta2: 0.75, epsilon: 0.0625, differentiable: true })
    const p = tensor64([1, 2, 3], [3])
    const state = optimizer.init(p)
    const second = (g: Tensor) => {
      const [once, next] = optimizer.update(g, state, p)
      return optimizer.update(mul(g, once as Tensor), next, once)[0] as Tensor
    }
    const g = tensor64([0.5, -0.25, 0], [3])
    const { grads } = gradients(() => sum(second(g)), [g])
    const found = [...(await grads[0]!.data())]
    const h = 1e-6
    for (const i of [0, 1]) {
      const at = async (delta: number) =>
        (
          await sum(
            second(
              tensor64(
                [0.5, -0.25, 0].map((x, j) => (i === j ? x + delta : x)),
                [3],
              ),
            ),
          ).data()
        )[0]!
      expect(found[i]).toBeCloseTo(((await at(h)) - (await at(-h))) / (2 * h), 6)
    }
    expect(found[2]).not.toBeNaN()
    // Where it is not asked for, there is none.
    const plain = adam(0.125)
    const [moved] = gradients(() => sum(plain.update(g, plain.init(p), p)[0] as Tensor), [g]).grads
    expect((await moved!.data())[2]).toBeNaN()
    expect([plain.differentiable, optimizer.differentiable]).toEqual([false, true])
  })
})
