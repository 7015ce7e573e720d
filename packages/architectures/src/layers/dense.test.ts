import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones as onesOf, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { constant } from '../initializers.ts'
import { expectClose } from '../testing.fixture.ts'
import { dense } from './dense.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('dense', () => {
  it('is x W + b', () => {
    const params = {
      kernel: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tensor([0.5, 0, -1]),
    }
    const y = dense(2, 3).apply(
      params,
      tensor([
        [1, -1],
        [2, 0],
      ]),
      sampling(),
    )
    expectClose(y, [-2.5, -3, -4, 2.5, 4, 5])
  })

  it('starts as told, without a bias if told so', () => {
    const { kernel, bias } = dense(2, 3, { kernel: constant(0.25), bias: constant(2) }).init(key(0))
    expectClose(kernel, Array(6).fill(0.25))
    expectClose(bias!, [2, 2, 2])
    expect(Object.keys(dense(2, 3, { bias: false }).init(key(0)))).toEqual(['kernel'])
  })

  it('says what fits', () => {
    const apply = (shape: number[]) =>
      dense(64, 3).apply(dense(64, 3).init(key(0)), onesOf(shape), sampling())
    expect(() => apply([16, 100])).toThrow(
      'dense: expected input [n, 64], got [16,100]; make the layer for 100 inputs',
    )
    expect(() => apply([2, 8, 8])).toThrow('put flatten() before it')
    expect(() => dense(0, 3)).toThrow('inputs must be a whole number >= 1, got 0')
  })
})
