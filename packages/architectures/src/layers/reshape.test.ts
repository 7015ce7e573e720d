import { sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { values } from '../testing.fixture.ts'
import { flatten, reshape } from './reshape.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const run = (layer: ReturnType<typeof flatten>, x: ReturnType<typeof ones>) => layer.apply({}, x, sampling())

describe('reshape and flatten', () => {
  it('keep the order of numbers and the batch', () => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 6])
    const y = run(reshape([3, 2, 1]), x)
    expect(y.shape).toEqual([2, 3, 2, 1])
    expect(values(run(flatten(), y))).toEqual(values(x))
    expect(run(flatten(), y).shape).toEqual([2, 6])
    expect(run(flatten(), ones([3])).shape).toEqual([3, 1])
    expect(run(reshape([]), ones([3, 1])).shape).toEqual([3])
  })

  it('never takes numbers from other rows', () => {
    expect(() => run(reshape([3]), ones([3, 2]))).toThrow(
      'expected rows of 3 numbers for [3], got rows [2] of 2',
    )
  })
})
