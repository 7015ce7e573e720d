import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { maximumLikelihood } from './maximum-likelihood.ts'
import { minimax } from './minimax.ts'
import { nonSaturating } from './non-saturating.ts'

beforeAll(() => setBackend('cpu'))

describe.each([
  ['minimax', minimax],
  ['nonSaturating', nonSaturating],
  ['maximumLikelihood', maximumLikelihood],
] as const)('label smoothing of %s', (name, loss) => {
  it('keeps the best critic from being sure where there are only data', () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    expect(sigmoid(loss({ realLabel: 0.9 }).optimal!(1, 0))).toBeCloseTo(0.9, 12)
    expect(loss().optimal!(1, 0)).toBe(Number.POSITIVE_INFINITY)
    // a p / (p + q), never more where there are fakes.
    expect(sigmoid(loss({ realLabel: 0.9 }).optimal!(0.2, 0.6))).toBeCloseTo((0.9 * 0.2) / 0.8, 12)
  })

  it('refuses to smooth the label of fakes, and says why', () => {
    expect(() => loss({ realLabel: 0.9, fakeLabel: 0.1 })).toThrow(
      `${name}: the label of fakes must be 0, got 0.1. With labels a of data and b of fakes the best critic is (a p + b q) / (p + q): where b > 0`,
    )
  })

  it.each([0, -0.1, 1.1, Number.NaN])('refuses a label of data of %s', realLabel => {
    expect(() => loss({ realLabel })).toThrow(
      `${name}: the label of data must lie in (0, 1], got ${realLabel}`,
    )
  })

  it('changes nothing at the label 1', async () => {
    const [real, fake] = [tensor1d([0.3, -2]), tensor1d([1, 4])]
    expect((await loss({ realLabel: 1 }).critic(real, fake).data())[0]).toBe(
      (await loss().critic(real, fake).data())[0],
    )
  })
})
