import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { leastSquares } from './least-squares.ts'
import { lossContract } from './testing.ts'

beforeAll(() => setBackend('cpu'))

describe('leastSquares', () => {
  it('aims at a for fakes and b for data, the generator at c', async () => {
    const loss = leastSquares({ a: -1, b: 2, c: 0.5 })
    const [real, fake] = [tensor1d([2, 4]), tensor1d([-1, 1])]
    expect((await loss.critic(real, fake).data())[0]).toBeCloseTo(2 + 2, 6)
    expect((await loss.generator(fake, () => real).data())[0]).toBeCloseTo((2.25 + 0.25) / 2, 6)
  })

  it('has its best critic at (b p + a q) / (p + q)', async () => {
    // A point that is three of the four real rows and one of the four fakes.
    const at = (3 * 1 + 1 * -1) / 4
    const [real, fake] = [tensor1d([at, at, at, 9]), tensor1d([at, 0, 0, 0])]
    const { grads } = gradients(() => leastSquares({ a: -1, b: 1, c: 0 }).critic(real, fake), [real, fake])
    const [ofReal, ofFake] = [await grads[0]!.data(), await grads[1]!.data()]
    expect(ofReal[0]! + ofReal[1]! + ofReal[2]! + ofFake[0]!).toBeCloseTo(0, 6)
  })

  it('keeps the contract in the coding of the Pearson divergence too', async () => {
    expect(await lossContract(leastSquares({ a: -1, b: 1, c: 0 }))).toEqual([])
  })

  it.each(['a', 'b', 'c'])('refuses a target %s that is not finite', name => {
    expect(() => leastSquares({ [name]: Number.NaN })).toThrow(
      `leastSquares: ${name} must be a finite number, got NaN`,
    )
  })
})
