import { gaussianLatent, key, sampling, standing } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { concat, setBackend, slice, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, momentsOf, scattered, training, values } from '../testing.fixture.ts'
import { batchNorm } from './batch-norm.ts'
import { dense } from './dense.ts'
import { sequential } from './sequential.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const params = { gain: tensor([2, -1]), bias: tensor([0.5, 3]) }
const x = () =>
  tensor(
    scattered(3 * 2 * 2 * 2).map((v, i) => (i % 2 ? 100 + v : 5 * v)),
    [3, 2, 2, 2],
  )
const feature = (xs: readonly number[], c: number) => xs.filter((_, i) => i % 2 === c)

describe('batchNorm', () => {
  it('gives each feature the deviation of its gain and the mean of its bias, whatever the data’s', () => {
    const y = values(batchNorm(2, { epsilon: 0 }).apply(params, x(), training()))
    const [a, b] = [momentsOf(feature(y, 0)), momentsOf(feature(y, 1))]
    expectClose([a.mean, a.variance, b.mean, b.variance], [0.5, 4, 3, 1], 1e-4)
  })

  it('normalises by the batch’s mean and variance plus epsilon', () => {
    const { mean, variance } = momentsOf(feature(values(x()), 0))
    const y = values(batchNorm(2, { epsilon: 0.1 }).apply(params, x(), training()))
    const expected = feature(values(x()), 0).map(v => (2 * (v - mean)) / Math.sqrt(variance + 0.1) + 0.5)
    expectClose(feature(y, 0), expected)
  })

  it('tells the mean and the unbiased variance under its path', () => {
    const context = training({ path: 'generator/3' })
    batchNorm(2).apply(params, x(), context)
    const expected = [0, 1].map(c => momentsOf(feature(values(x()), c)))
    expectClose(
      context.told['generator/3/mean']!,
      expected.map(m => m.mean),
    )
    expectClose(
      context.told['generator/3/variance']!,
      expected.map(m => (m.variance * 12) / 11),
      1e-4,
    )
  })

  it('samples with what memory holds, row by row', () => {
    const memory = { mean: tensor([1, 2]), variance: tensor([4, 0.25]) }
    const layer = batchNorm(2, { epsilon: 0 })
    const y = layer.apply(
      params,
      tensor([
        [3, 1],
        [-1, 2],
      ]),
      sampling(memory),
    )
    expectClose(y, [2.5, 5, -1.5, 3])
    const alone = layer.apply(params, tensor([[3, 1]]), sampling(memory))
    expectClose(alone, [2.5, 5])
  })

  it('says how to get standing statistics', () => {
    expect(() => batchNorm(2).apply(params, x(), { ...sampling(), path: '1' })).toThrow(
      'batchNorm at "1": sample mode needs standing statistics and memory has none; compute them with standing(',
    )
    expect(() => batchNorm(3).apply(params, x(), training())).toThrow(
      'expected input [n, ..., 3], got [3,2,2,2]; make the layer for 2 features',
    )
    expect(batchNorm(2).memory).toBeUndefined()
  })

  it('works with standing(): the mean of many batches is the latent’s', () => {
    const network = sequential([dense(2, 2), batchNorm(2)])
    const own = [
      {
        kernel: tensor([
          [3, 0],
          [0, 0.5],
        ]),
        bias: tensor([7, -1]),
      },
      params,
    ]
    const memory = standing(network, own, { latent: gaussianLatent(2), key: key(1), n: 256, batches: 40 })
    expect(Object.keys(memory)).toEqual(['1/mean', '1/variance'])
    expectClose(memory['1/mean']!, [7, -1], 0.02)
    expectClose(memory['1/variance']!, [9, 0.25], 0.03)
    const z = gaussianLatent(2).draw(key(2), 5)
    const whole = values(network.apply(own, z, sampling(memory)))
    const rows = Array.from({ length: 5 }, (_, i) =>
      network.apply(own, slice(z, [i, 0], [1, 2]), sampling(memory)),
    )
    expectClose(concat(rows), whole, 1e-6)
  })
})
