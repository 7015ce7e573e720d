import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { apart, reference, start, trajectory } from './quadratic.fixture.ts'
import { type RmspropOptions, rmsprop } from './rmsprop.ts'
import { exponential } from './schedule.ts'

function written(rate: (t: number) => number, { decay = 0.9, epsilon = 1e-8 }: RmspropOptions = {}) {
  const s = start.map(() => 0)
  return (p: number[], g: number[], t: number) => {
    for (const i of p.keys()) {
      s[i] = decay * s[i]! + (1 - decay) * g[i]! ** 2
      p[i]! -= (rate(t) * g[i]!) / (Math.sqrt(s[i]!) + epsilon)
    }
  }
}

describe.each(['cpu', 'wasm'])('rmsprop on %s', backend => {
  beforeAll(() => setBackend(backend))

  it.each<[RmspropOptions]>([[{}], [{ decay: 0.99 }], [{ decay: 0, epsilon: 1 }], [{ epsilon: 0.5 }]])(
    '%j',
    async options => {
      const expected = reference(written(() => 0.05, options))
      expect(apart(await trajectory(rmsprop(0.05, options)), expected)).toBeLessThan(2e-5)
    },
  )

  it('with the rate on a schedule that counts updates from 0', async () => {
    const expected = reference(written(t => 0.05 * 0.9 ** t))
    expect(apart(await trajectory(rmsprop(exponential(0.05, 0.9))), expected)).toBeLessThan(2e-5)
  })
})

describe('rmsprop', () => {
  beforeAll(() => setBackend('cpu'))

  it('goes on exactly where a saved state left off', async () => {
    const optimizer = rmsprop(exponential(0.05, 0.9))
    expect(await trajectory(optimizer, 20, true)).toEqual(await trajectory(optimizer))
  })

  it.each([
    [{ decay: 1 }, /decay must lie in \[0, 1\), got 1/],
    [{ epsilon: 0 }, /epsilon must be a number > 0, got 0/],
  ])('refuses %j', (options, message) => {
    expect(() => rmsprop(0.1, options)).toThrow(message)
  })
})
