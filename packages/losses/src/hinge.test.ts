import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hinge } from './hinge.ts'

beforeAll(() => setBackend('cpu'))

describe('hinge', () => {
  it('moves the critic only at rows inside the margin, the generator at all', async () => {
    const [real, fake] = [tensor1d([-3, 0.9, 1.1, 40]), tensor1d([3, -0.9, -1.1, -40])]
    const critic = gradients(() => hinge().critic(real, fake), [real, fake]).grads
    expect([...(await critic[0]!.data())]).toEqual([-0.25, -0.25, -0, -0])
    expect([...(await critic[1]!.data())]).toEqual([0.25, 0.25, 0, 0])
    const generator = gradients(() => hinge().generator(fake, () => real), [fake]).grads
    expect([...(await generator[0]!.data())]).toEqual([-0.25, -0.25, -0.25, -0.25])
  })

  it('costs a critic past the margin nothing', async () => {
    expect(
      (
        await hinge()
          .critic(tensor1d([1, 7]), tensor1d([-1, -9]))
          .data()
      )[0],
    ).toBe(0)
  })
})
