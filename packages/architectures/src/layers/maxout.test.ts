import { countParameters, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { maxout } from './maxout.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('maxout', () => {
  it('takes the largest of a unit’s pieces', () => {
    // Unit 0 is max(x, -x) = |x|, unit 1 max(2x + 1, 3).
    const params = { kernel: tensor([[1, 2, -1, 0]]), bias: tensor([0, 1, 0, 3]) }
    const y = maxout(1, 2, { pieces: 2 }).apply(params, tensor([[-2], [0.5], [4]]), sampling())
    expectClose(y, [2, 3, 0.5, 3, 4, 9])
  })

  it('has pieces times the parameters of a dense layer', () => {
    expect(countParameters(maxout(784, 240).init(key(0)))).toBe(5 * (784 * 240 + 240))
    expect(() => maxout(2, 2, { pieces: 1 })).toThrow('pieces must be a whole number >= 2')
  })
})
