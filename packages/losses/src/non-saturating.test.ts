import '@tensorflow/tfjs-backend-cpu'
import { gradients, type Loss } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { minimax } from './minimax.ts'
import { nonSaturating } from './non-saturating.ts'

beforeAll(() => setBackend('cpu'))

const slopes = async (loss: Loss, logits: number[]) => {
  const fake = tensor1d(logits)
  const { grads } = gradients(() => loss.generator(fake, () => fake), [fake])
  return [...(await grads[0]!.data())].map(g => g * logits.length)
}

describe('nonSaturating', () => {
  it('has its full gradient where minimax has none, and the other way round', async () => {
    const [sure, fooled] = await slopes(nonSaturating(), [-30, 30])
    expect(sure).toBeCloseTo(-1, 6)
    expect(Math.abs(fooled!)).toBeLessThan(1e-12)
  })

  it('and minimax together pull each fake logit by exactly 1', async () => {
    const logits = [-4, -1, 0, 0.7, 3]
    const [a, b] = [await slopes(nonSaturating(), logits), await slopes(minimax(), logits)]
    for (const [i, slope] of a.entries()) expect(slope + b[i]!).toBeCloseTo(-1, 6)
  })

  it("asks the critic for minimax's cost", async () => {
    const [real, fake] = [tensor1d([0.3, -2, 5]), tensor1d([1, -1, 0])]
    expect(await nonSaturating().critic(real, fake).data()).toEqual(await minimax().critic(real, fake).data())
  })
})
