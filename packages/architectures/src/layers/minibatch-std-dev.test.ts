import { sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, slice, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, momentsOf, scattered, training, values } from '../testing.fixture.ts'
import { minibatchStdDev } from './minibatch-std-dev.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('minibatchStdDev', () => {
  it('appends the mean deviation over the rows of a group', () => {
    const xs = scattered(8 * 2 * 2 * 3)
    const context = training({ path: '4' })
    const y = minibatchStdDev().apply({}, tensor(xs, [8, 2, 2, 3]), context)
    expect(y.shape).toEqual([8, 2, 2, 4])
    // Two groups: even rows and odd rows.
    const deviation = [0, 1].map(m => {
      const each = Array.from({ length: 12 }, (_, j) =>
        Math.sqrt(momentsOf([0, 2, 4, 6].map(r => xs[(r + m) * 12 + j]!)).variance),
      )
      return each.reduce((a, b) => a + b) / 12
    })
    expectClose(slice(y, [0, 0, 0, 0], [8, 2, 2, 3]), xs)
    const appended = values(slice(y, [0, 0, 0, 3], [8, 2, 2, 1]))
    expectClose(
      appended,
      appended.map((_, i) => deviation[Math.floor(i / 4) % 2]!),
    )
    expectClose(context.told['4/deviation']!, [(deviation[0]! + deviation[1]!) / 2])
  })

  it('takes vectors, and small batches as one group', () => {
    const y = minibatchStdDev().apply(
      {},
      tensor([
        [1, 5],
        [3, 5],
      ]),
      training(),
    )
    expectClose(y, [1, 5, 0.5, 3, 5, 0.5], 1e-4)
  })

  it('samples with the deviation in memory', () => {
    const layer = minibatchStdDev()
    expectClose(
      layer.apply(
        {},
        tensor([
          [1, 5],
          [3, 5],
        ]),
        sampling({ deviation: tensor(0.25) }),
      ),
      [1, 5, 0.25, 3, 5, 0.25],
    )
    expect(() => layer.apply({}, ones([2, 2]), sampling())).toThrow(
      'sample mode needs the standing deviation',
    )
  })

  it('wants batches of whole groups', () => {
    expect(() => minibatchStdDev().apply({}, ones([6, 2]), training())).toThrow(
      'expected a batch of a multiple of 4 rows, got 6',
    )
  })
})
