import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { apart, reference, start, trajectory } from './quadratic.fixture.ts'
import { linear } from './schedule.ts'
import { sgd } from './sgd.ts'

// Sutskever et al. 2013, eqs. 1-4: the gradient is taken where momentum alone would lead.
function lookingAhead(rate: number, momentum: number) {
  const v = start.map(() => 0)
  // Their parameters are ours less momentum v, and ours are where their gradient is taken.
  return (ahead: number[], g: number[]) => {
    for (const [i, x] of ahead.entries()) {
      const theta = x - momentum * v[i]!
      v[i] = momentum * v[i]! - rate * g[i]!
      ahead[i] = theta + v[i]! + momentum * v[i]!
    }
  }
}

function heavyBall(rate: (t: number) => number, momentum: (t: number) => number) {
  const v = start.map(() => 0)
  return (p: number[], g: number[], t: number) => {
    for (const i of p.keys()) {
      v[i] = momentum(t) * v[i]! - rate(t) * g[i]!
      p[i]! += v[i]!
    }
  }
}

describe.each(['cpu', 'wasm'])('sgd on %s', backend => {
  beforeAll(() => setBackend(backend))

  it('without momentum', async () => {
    const expected = reference((p, g) => {
      for (const i of p.keys()) p[i]! -= 0.3 * g[i]!
    })
    expect(apart(await trajectory(sgd(0.3)), expected)).toBeLessThan(1e-5)
  })

  it.each([0.9, 0.5, -0.3])('with momentum %s', async momentum => {
    const expected = reference(
      heavyBall(
        () => 0.1,
        () => momentum,
      ),
    )
    expect(apart(await trajectory(sgd(0.1, { momentum })), expected)).toBeLessThan(1e-5)
  })

  it("with Nesterov's momentum", async () => {
    const expected = reference(lookingAhead(0.1, 0.9))
    expect(apart(await trajectory(sgd(0.1, { momentum: 0.9, nesterov: true })), expected)).toBeLessThan(1e-5)
    // And it is not the plain kind.
    expect(apart(await trajectory(sgd(0.1, { momentum: 0.9 })), expected)).toBeGreaterThan(0.1)
  })

  it('with rate and momentum on schedules that count updates from 0', async () => {
    const expected = reference(
      heavyBall(
        t => 0.2 - (0.15 * Math.min(t, 10)) / 10,
        t => 0.5 + (0.2 * Math.min(t, 20)) / 20,
      ),
    )
    const optimizer = sgd(linear(0.2, 0.05, 10), { momentum: linear(0.5, 0.7, 20) })
    expect(apart(await trajectory(optimizer), expected)).toBeLessThan(1e-5)
  })
})

describe('sgd', () => {
  beforeAll(() => setBackend('cpu'))

  it('goes on exactly where a saved state left off', async () => {
    const optimizer = sgd(linear(0.2, 0.05, 10), { momentum: 0.9, nesterov: true })
    expect(await trajectory(optimizer, 20, true)).toEqual(await trajectory(optimizer))
  })

  it('refuses nesterov without momentum', () => {
    expect(() => sgd(0.1, { nesterov: true })).toThrow('sgd: nesterov needs a momentum other than 0')
  })
})
