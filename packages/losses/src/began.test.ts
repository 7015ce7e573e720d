import '@tensorflow/tfjs-backend-cpu'
import {
  clockAt,
  gan,
  gaussianLatent,
  key,
  type Loss,
  makeStep,
  type Network,
  type Now,
  normal,
  release,
  sgd,
  simultaneous,
  tensorsOf,
} from '@equilibria/core'
import {
  matMul,
  mean,
  memory,
  scalar,
  setBackend,
  square,
  sub,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { began } from './began.ts'
import { ebgan } from './ebgan.ts'
import { lossContract } from './testing.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: Tensor) => (await t.data())[0]!
const shown = (real: number[], fake: number[]) => ({
  params: {},
  stats: {},
  aux: {},
  clock: clockAt(0),
  own: { real: tensor1d(real), fake: tensor1d(fake) },
})
const moved = async (loss: Loss, k: number, now: Now) =>
  read((loss.slot!.next({ k: scalar(k) }, now) as { k: Tensor }).k)

describe('began', () => {
  it('moves its balance by the lead of gamma times the error of data', async () => {
    const loss = began({ gamma: 0.5, rate: 0.1 })
    expect(await moved(loss, 0.3, shown([2, 4], [1, 0]))).toBeCloseTo(0.3 + 0.1 * (1.5 - 0.5), 6)
    expect(await moved(loss, 0.3, shown([1], [2]))).toBeCloseTo(0.3 - 0.1 * 1.5, 6)
  })

  it('keeps its balance within [0, 1]', async () => {
    const loss = began({ rate: 1 })
    expect(await moved(loss, 0.9, shown([9], [0]))).toBe(1)
    expect(await moved(loss, 0.1, shown([0], [9]))).toBe(0)
  })

  it('leaves it where the critic did not look', async () => {
    expect(await moved(began(), 0.25, { ...shown([1], [1]), own: undefined })).toBe(0.25)
  })

  it('looks at fakes as much as the balance says', async () => {
    const context = { key: key(0), clock: clockAt(0), slot: { k: scalar(0.25) } }
    expect(await read(began().critic(tensor1d([1, 3]), tensor1d([4, 8]), context))).toBeCloseTo(
      2 - 0.25 * 6,
      6,
    )
    expect(await lossContract(began(), { slot: { k: scalar(0.25) } })).toEqual([])
  })

  it('says what is missing when it is played without its slot', () => {
    expect(() => began().critic(tensor1d([1]), tensor1d([1]))).toThrow(
      'began: its balance k is not in the context',
    )
  })

  it.each([
    [{ gamma: 1.1 }, /gamma must lie in \[0, 1\], got 1.1; .3 to .7 are usual/],
    [{ rate: 0 }, /rate must be a number > 0, got 0; .001 is usual/],
  ])('refuses %j', (options, message) => {
    expect(() => began(options)).toThrow(message)
  })
})

const linear = (inputs: number, outputs: number): Network => ({
  init: k => normal(k, [inputs, outputs], 0, 0.3),
  apply: (w, x) => matMul(x as never, w as never),
})
const energies: Network = {
  ...linear(2, 2),
  outputs: 'energies',
  apply: (w, x, context) => mean(square(sub(x, linear(2, 2).apply(w, x, context))), 1),
}
const play = (loss: Loss, critic: Network = energies, generatorRate = 0.05) =>
  makeStep({
    game: gan({ generator: linear(3, 2), critic, latent: gaussianLatent(3), loss }),
    dynamics: simultaneous(),
    optimizer: { critic: sgd(0.05), generator: sgd(generatorRate) },
  })

describe('a game of energies', () => {
  it('carries the balance from step to step, as its equation says', async () => {
    const [gamma, rate] = [0.7, 0.1]
    const step = play(began({ gamma, rate }))
    let state = step.init(3)
    let k = 0
    for (let i = 0; i < 5; i++) {
      const next = step.next(state, [{ data: normal(key(i), [4, 2], 0, 2) }])
      const { real, fake } = next.stats.critic as { real: Tensor; fake: Tensor }
      k = Math.min(1, Math.max(0, k + rate * (gamma * (await read(real)) - (await read(fake)))))
      expect(await read((next.slots['critic/loss'] as { k: Tensor }).k)).toBeCloseTo(k, 5)
      state = next
    }
    expect(k).toBeGreaterThan(0)
  })

  it('holds as many tensors after each step', () => {
    const step = play(began())
    let state = step.init(3)
    const counts: number[] = []
    for (let i = 0; i < 4; i++) {
      const data = normal(key(i), [4, 2])
      const next = step.next(state, [{ data }])
      release([tensorsOf(state), data], tensorsOf(next))
      state = next
      counts.push(memory().numTensors)
    }
    expect(new Set(counts.slice(1)).size).toBe(1)
  })

  it('teaches a critic to give data less energy than fakes', async () => {
    const step = play(ebgan({ margin: 4 }), energies, 1e-6)
    let state = step.init(1)
    for (let i = 0; i < 60; i++) state = step.next(state, [{ data: normal(key(i), [16, 2], 3, 0.1) }])
    const { real, fake } = state.stats.critic as { real: Tensor; fake: Tensor }
    expect(await read(real)).toBeLessThan(await read(fake))
  })

  it('refuses a critic of logits, and energies for a loss of logits', () => {
    const logits = { ...energies, outputs: 'logits' as const }
    expect(() => play(began(), logits)).toThrow(
      "the loss takes energies (low for data, none below 0), but the critic's network gives logits: wrap an autoencoder",
    )
    const logistic = { ...ebgan(), outputs: 'logits' as const }
    expect(() => play(logistic)).toThrow(
      "the critic's network gives energies (low for data), but the loss takes logits: use a loss of energies (began, ebgan)",
    )
  })
})

describe('ebgan', () => {
  it('leaves fakes beyond the margin alone', async () => {
    const cost = (fake: number[]) => read(ebgan({ margin: 2 }).critic(tensor1d([0.5]), tensor1d(fake)))
    expect(await cost([3, 9])).toBe(0.5)
    expect(await cost([1, 9])).toBe(1)
  })

  it.each([0, -1, Number.NaN])('refuses a margin of %s', margin => {
    expect(() => ebgan({ margin })).toThrow(`ebgan: margin must be a number > 0, got ${margin}`)
  })
})
