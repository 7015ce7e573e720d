import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import {
  gather,
  logSoftmax,
  mul,
  neg,
  setBackend,
  softmax,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { maximumLikelihood } from './maximum-likelihood.ts'

beforeAll(() => setBackend('cpu'))

const p = [0.1, 0.3, 0.6]
// Rows of a generator that makes points 0, 1, 2 five, three and two times in ten.
const counts = [5, 3, 2]
const points = counts.flatMap((count, i) => Array<number>(count).fill(i))
const best = tensor1d(points.map(i => Math.log(p[i]! / (counts[i]! / 10))))

describe('maximumLikelihood', () => {
  it('is -1 for the best critic, whatever the generator', async () => {
    expect(
      (
        await maximumLikelihood()
          .generator(best, () => best)
          .data()
      )[0],
    ).toBeCloseTo(-1, 6)
  })

  it("gives a generator the likelihood's gradient when the critic is the best one, frozen", async () => {
    // A softmax generator with the probabilities above: the score-function gradient of E_q[-p/q] against that of -E_p log q.
    const theta = tensor1d(counts.map(count => Math.log(count)))
    const fromLikelihood = gradients(() => neg(sum(mul(tensor1d(p), logSoftmax(theta)))), [theta]).grads[0]!
    // Each row's cost is minus e^logit, which the gradient in the logits gives too.
    const { grads } = gradients(() => maximumLikelihood().generator(best, () => best), [best])
    const rowCosts = grads[0]!
    const score = (t: Tensor) => gather(logSoftmax(t), tensor1d(points, 'int32'))
    const fromCritic = gradients(() => sum(mul(rowCosts, score(theta))), [theta]).grads[0]!
    const [expected, got] = [await fromLikelihood.data(), await fromCritic.data()]
    for (const [i, g] of got.entries()) expect(g).toBeCloseTo(expected[i]!, 6)
    // It is q - p.
    expect(expected[2]).toBeCloseTo((await softmax(theta).data())[2]! - 0.6, 6)
  })

  it('is finite at the end of its range for a batch of a thousand, and not far beyond', async () => {
    const [, high] = maximumLikelihood().range!
    const cost = async (logit: number) => {
      const fake = tensor1d(Array<number>(1000).fill(logit))
      return (
        await maximumLikelihood()
          .generator(fake, () => fake)
          .data()
      )[0]!
    }
    expect(await cost(high)).toBeLessThan(-5e34)
    expect(Number.isFinite(await cost(high))).toBe(true)
    expect(Number.isFinite(await cost(high + 10))).toBe(false)
  })
})
