import '@tensorflow/tfjs-backend-cpu'
import { clockAt, gradients, key, linear } from '@equilibria/core'
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ebgan } from './ebgan.ts'
import { mmd } from './mmd.ts'
import { nonSaturating } from './non-saturating.ts'
import { relativisticPairing } from './relativistic-pairing.ts'
import { topK } from './top-k.ts'
import { wasserstein } from './wasserstein.ts'

beforeAll(() => setBackend('cpu'))

const fake = tensor1d([0.5, -1, 3, 2])
const slopes = async (loss: ReturnType<typeof topK>, step = 0) => {
  const context = { key: key(0), clock: clockAt(step) }
  const { grads } = gradients(() => loss.generator(fake, () => fake, context), [fake])
  return [...(await grads[0]!.data())]
}

describe('topK', () => {
  it('moves only the fakes that the critic finds most real', async () => {
    expect(await slopes(topK({ loss: wasserstein(), share: 0.5 }))).toEqual([0, 0, -0.5, -0.5])
    expect(await slopes(topK({ loss: wasserstein(), share: 0.25 }))).toEqual([0, 0, -1, 0])
    // At least one.
    expect(await slopes(topK({ loss: wasserstein(), share: 0.01 }))).toEqual([0, 0, -1, 0])
  })

  it('gives all of them the same weight where k does not divide n, as near as shapes allow with a schedule', async () => {
    const third = -1 / 3
    for (const slope of (await slopes(topK({ loss: wasserstein(), share: 0.75 }))).entries())
      expect(slope[1]).toBeCloseTo([third, 0, third, third][slope[0]]!, 6)
    const falling = await slopes(topK({ loss: wasserstein(), share: linear(1, 0.5, 10) }), 5)
    for (const [i, slope] of falling.entries()) {
      expect(Math.abs(slope - [third, 0, third, third][i]!)).toBeLessThan(1 / 3 / 32)
    }
    expect(falling.reduce((a, b) => a + b, 0)).toBeCloseTo(-1, 6)
  })

  it('keeps pairs for losses of pairs', async () => {
    const real = tensor1d([1, 0, -1, 2])
    // The best three, four times each, beside three copies of the four real rows.
    const rows = [3, 3, 3, 3, 2, 2, 2, 2, 0.5, 0.5, 0.5, 0.5]
    const pairs = rows.map((f, i) => Math.log(1 + Math.exp([1, 0, -1, 2][i % 4]! - f)))
    const cost = topK({ loss: relativisticPairing(), share: 0.75 }).generator(fake, () => real)
    expect((await cost.data())[0]).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / 12, 5)
  })

  it('refuses maps of logits, of which a row has no rank', () => {
    const map = tensor2d([1, 2, 3, 4], [2, 2])
    expect(() => topK({ loss: nonSaturating() }).generator(map, () => map)).toThrow(
      'topK: ranks fakes by one number a row, but the critic gives [2,2]',
    )
  })

  it('takes the lowest energies for the most real', async () => {
    expect(await slopes(topK({ loss: ebgan(), share: 0.5 }))).toEqual([0.5, 0.5, 0, 0])
  })

  it('looks at all of them at first and at fewer with the steps, if told so', async () => {
    const loss = topK({ loss: wasserstein(), share: linear(1, 0.5, 10) })
    expect(await slopes(loss)).toEqual([-0.25, -0.25, -0.25, -0.25])
    expect(await slopes(loss, 10)).toEqual([0, 0, -0.5, -0.5])
    expect(() => loss.generator(fake, () => fake)).toThrow(
      'topK: its share changes with the step, but no context says which',
    )
  })

  it("leaves the critic's cost as it is", async () => {
    const cost = async (loss: ReturnType<typeof topK>) =>
      (await loss.critic(tensor1d([1, 2, 3, 4]), fake).data())[0]
    expect(await cost(topK({ loss: nonSaturating() }))).toBe(await cost(nonSaturating()))
  })

  it.each([0, 1.5, Number.NaN])('refuses a share of %s', share => {
    expect(() => topK({ loss: nonSaturating(), share })).toThrow(
      `topK: share must lie in (0, 1], got ${share}`,
    )
  })

  it('refuses vectors, which have no order', () => {
    expect(() => topK({ loss: mmd() })).toThrow('topK: fakes are ranked by what the critic says of them')
  })
})
