import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { mul, scalar, setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { r2 } from './r2.ts'
import { bowl, costOf, linear, read, sceneOf } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('r2', () => {
  it('of a linear critic is gamma/2 |w|^2', async () => {
    expect(await read(costOf(r2(3), sceneOf(linear(1, -2))))).toBeCloseTo(7.5, 5)
  })

  it('of a/2 |x|^2 is gamma/2 a^2 E|x|^2 over generated rows', async () => {
    // |x|^2 is 1, 8 and 5.
    expect(await read(costOf(r2(2), sceneOf(bowl(3))))).toBeCloseTo((9 * 14) / 3, 4)
  })

  it("reaches the generator's parameters through the fakes", async () => {
    const scale = scalar(1.5)
    const { grads } = gradients(
      () => costOf(r2(2), sceneOf(bowl(1), { fake: mul(scale, tensor2d([[1, 2]])) })),
      [scale],
    )
    // d/ds s^2 |x|^2
    expect(await read(grads[0]!)).toBeCloseTo(2 * 1.5 * 5, 4)
  })

  it('refuses a negative gamma', () => {
    expect(() => r2(-0.1)).toThrow('r2: gamma must be a number >= 0, got -0.1')
  })
})
