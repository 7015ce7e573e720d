import { countParameters, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { projection } from './projection.ts'
import { spectralNorm } from './spectral-norm.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('projection', () => {
  it('is linear in the features plus their product with the class vector', () => {
    const params = {
      logit: { kernel: tensor([[1], [10]]), bias: tensor([0.5]) },
      classes: {
        kernel: tensor([
          [0, 0],
          [2, 3],
        ]),
      },
    }
    const labels = tensor1d([0, 1, 1], 'int32')
    const y = projection(2, 2).apply(
      params,
      tensor([
        [1, 1],
        [1, 1],
        [-1, 2],
      ]),
      sampling({}, { labels }),
    )
    expect(y.shape).toEqual([3])
    expectClose(y, [11.5, 16.5, 23.5])
  })

  it('can have its layers wrapped', () => {
    const head = projection(6, 4, { wrap: layer => spectralNorm(layer) })
    expect(Object.keys(head.memory!(key(0)))).toEqual(['logit/u', 'classes/u'])
    expect(countParameters(head.init(key(0)))).toBe(7 + 24)
    expect(projection(6, 4).memory).toBeUndefined()
  })

  it('wants labels', () => {
    const head = projection(2, 2)
    expect(() => head.apply(head.init(key(0)), tensor([[1, 2]]), sampling())).toThrow(
      'projection: a class-conditional',
    )
  })
})
