import { type Network, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { mul, reshape, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { autoencoding } from './autoencoding.ts'

beforeAll(() => setBackend('cpu'))

const doubling: Network = { init: () => ({}), apply: (_, x) => mul(2, x) }
const images = tensor([1, -2, 3, 0, 4, 0.5, -0.5, 0], [2, 2, 2, 1])

describe('autoencoding', () => {
  it('is the mean error of each row', () => {
    expectClose(autoencoding(doubling).apply({}, images, sampling()), [6 / 4, 5 / 4])
    expectClose(autoencoding(doubling, { norm: 2 }).apply({}, images, sampling()), [14 / 4, 16.5 / 4])
    expect(autoencoding(doubling).outputs).toBe('energies')
  })

  it('refuses other norms, and autoencoders that change the shape', () => {
    expect(() => autoencoding(doubling, { norm: 3 as never })).toThrow(
      'autoencoding: norm must be 1 or 2, got 3',
    )
    const flat: Network = { init: () => ({}), apply: (_, x) => reshape(x, [2, 4]) }
    expect(() => autoencoding(flat).apply({}, images, sampling())).toThrow(
      'autoencoding: the autoencoder makes [2,4] of rows [2,2,2,1]',
    )
  })
})
