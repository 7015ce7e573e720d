import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, slice, tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, scattered, training, values } from '../testing.fixture.ts'
import { batchNorm } from './batch-norm.ts'
import { conditionalBatchNorm } from './conditional-batch-norm.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const gain = [
  [1, 2],
  [3, 4],
  [5, 6],
]
const bias = [
  [0, 1],
  [2, 3],
  [4, 5],
]
const params = { gain: tensor(gain), bias: tensor(bias) }
const labels = () => tensor1d([2, 0, 2, 1], 'int32')
const x = () => tensor(scattered(4 * 2 * 3 * 2), [4, 2, 3, 2])

describe('conditionalBatchNorm', () => {
  it('is batchNorm with each row’s own gain and bias', () => {
    const context = training({ labels: labels() })
    const y = conditionalBatchNorm(2, 3).apply(params, x(), context)
    ;[2, 0, 2, 1].forEach((label, row) => {
      const own = { gain: tensor(gain[label]!), bias: tensor(bias[label]!) }
      const plain = batchNorm(2).apply(own, x(), training())
      const of = (t: typeof plain) => slice(t, [row, 0, 0, 0], [1, 2, 3, 2])
      expectClose(of(y), values(of(plain)))
    })
    expect(Object.keys(context.told)).toEqual(['mean', 'variance'])
  })

  it('samples row by row', () => {
    const memory = { mean: tensor([0.1, 0.2]), variance: tensor([2, 3]) }
    const apply = (rows: number[]) =>
      conditionalBatchNorm(2, 3).apply(
        params,
        tensor(
          [
            [1, 2],
            [3, 4],
          ].filter((_, i) => rows.includes(i)),
        ),
        sampling(memory, {
          labels: tensor1d(
            rows.map(r => r + 1),
            'int32',
          ),
        }),
      )
    expectClose(apply([1]), values(apply([0, 1])).slice(2), 1e-7)
    expectClose(apply([1]), [(5 * 2.9) / Math.sqrt(2) + 4, (6 * 3.8) / Math.sqrt(3) + 5])
  })

  it('starts as batchNorm does, and wants labels', () => {
    const layer = conditionalBatchNorm(2, 3)
    const start = layer.init(key(0))
    expectClose(start.gain, Array(6).fill(1))
    expectClose(start.bias, Array(6).fill(0))
    expect(() => layer.apply(start, x(), training({ path: '2' }))).toThrow(
      'conditionalBatchNorm at "2": a class-conditional layer needs labels, int32 [4] in 0 .. 2, got none',
    )
    expect(() => layer.apply(start, x(), training({ labels: tensor1d([0, 1], 'int32') }))).toThrow(
      'expected labels int32 [4], got int32 [2]',
    )
    expect(() => layer.apply(start, x(), training({ labels: tensor1d([0, 1, 2, 0]) }))).toThrow(
      'got float32 [4]',
    )
  })
})
