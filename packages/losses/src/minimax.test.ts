import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { minimax } from './minimax.ts'

beforeAll(() => setBackend('cpu'))

// Two distributions on three points, as batches of ten rows; the best critic's logit is log(p / q).
const p = [1, 3, 6]
const q = [5, 3, 2]
const rows = (counts: number[], logits: number[]) =>
  tensor1d(counts.flatMap((count, i) => Array<number>(count).fill(logits[i]!)))
const best = p.map((count, i) => Math.log(count / q[i]!))

describe('minimax', () => {
  it('at the best critic is log 4 - 2 JSD(p, q)', async () => {
    const kl = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + (x / 10) * Math.log(x / b[i]!), 0)
    const middle = p.map((x, i) => (x + q[i]!) / 2)
    const jsd = (kl(p, middle) + kl(q, middle)) / 2
    const cost = minimax().critic(rows(p, best), rows(q, best))
    expect((await cost.data())[0]).toBeCloseTo(Math.log(4) - 2 * jsd, 6)
  })

  it('has no better critic than log(p / q)', async () => {
    const cost = async (logits: number[]) =>
      (await minimax().critic(rows(p, logits), rows(q, logits)).data())[0]!
    for (let i = 0; i < best.length; i++)
      for (const shift of [-0.1, 0.1])
        expect(await cost(best.with(i, best[i]! + shift))).toBeGreaterThan(await cost(best))
  })

  it('leaves the generator without a gradient where the critic is sure of a fake', async () => {
    const fake = tensor1d([-30, 30])
    const { grads } = gradients(() => minimax().generator(fake, () => fake), [fake])
    const [sure, fooled] = await grads[0]!.data()
    expect(Math.abs(sure!)).toBeLessThan(1e-12)
    expect(fooled).toBeCloseTo(-0.5, 6)
  })
})
