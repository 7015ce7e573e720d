import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { embedding, labelEmbedding } from './embedding.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const params = {
  kernel: tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
}
const labels = tensor1d([2, 0, 2], 'int32')

describe('embedding', () => {
  it('looks labels up', () => {
    expectClose(embedding(3, 2).apply(params, labels, sampling()), [5, 6, 1, 2, 5, 6])
    expect(embedding(3, 2).init(key(0)).kernel.shape).toEqual([3, 2])
    expect(() => embedding(1, 2)).toThrow('at least 2 classes')
  })

  it('appends them to rows', () => {
    const x = tensor([[7], [8], [9]])
    expectClose(labelEmbedding(3, 2).apply(params, x, sampling({}, { labels })), [7, 5, 6, 8, 1, 2, 9, 5, 6])
    expect(() => labelEmbedding(3, 2).apply(params, x, sampling())).toThrow(
      'needs labels, int32 [3] in 0 .. 2',
    )
  })
})
