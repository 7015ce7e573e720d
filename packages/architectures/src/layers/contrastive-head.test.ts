import { countParameters, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { contrastiveHead } from './contrastive-head.ts'
import { spectralNorm } from './spectral-norm.ts'

beforeAll(() => setBackend('cpu'))

describe('contrastiveHead', () => {
  it('gives a logit, and embeddings of row and class of length 1', () => {
    const params = {
      logit: { kernel: tensor([[1], [10]]), bias: tensor([0.5]) },
      row: {
        kernel: tensor([
          [3, 0],
          [0, 4],
        ]),
        bias: tensor([0, 0]),
      },
      classes: {
        kernel: tensor([
          [5, 0],
          [6, -8],
        ]),
      },
    }
    const y = contrastiveHead(2, 2, 2).apply(
      params,
      tensor([
        [1, 1],
        [-1, 0],
      ]),
      sampling({}, { labels: tensor1d([0, 1], 'int32') }),
    )
    expect(y.shape).toEqual([2, 5])
    expectClose(y, [11.5, 0.6, 0.8, 1, 0, -0.5, -1, 0, 0.6, -0.8])
  })

  it('can have its layers wrapped, and wants labels', () => {
    const head = contrastiveHead(6, 4, 3, { wrap: layer => spectralNorm(layer) })
    expect(Object.keys(head.memory!(key(0)))).toEqual(['logit/u', 'row/u', 'classes/u'])
    expect(countParameters(head.init(key(0)))).toBe(7 + 21 + 12)
    const plain = contrastiveHead(2, 2, 2)
    expect(() => plain.apply(plain.init(key(0)), tensor([[1, 2]]), sampling())).toThrow(
      'contrastiveHead: a class-conditional',
    )
  })
})
