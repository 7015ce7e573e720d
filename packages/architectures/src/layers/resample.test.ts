import { sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, scattered, values } from '../testing.fixture.ts'
import { downsample, upsample } from './resample.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const image = () => tensor(scattered(2 * 3 * 2 * 2), [2, 3, 2, 2])

describe('upsample', () => {
  it('repeats pixels', () => {
    const y = upsample(3).apply({}, image(), sampling())
    expect(y.shape).toEqual([2, 9, 6, 2])
    const x = values(image())
    const expected = values(y).map((_, i) => {
      const [c, w, h, n] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 9, Math.floor(i / 108)]
      return x[((n * 3 + Math.floor(h / 3)) * 2 + Math.floor(w / 3)) * 2 + c]!
    })
    expect(values(y)).toEqual(expected)
  })

  it('interpolates between pixel centres', () => {
    const y = upsample(2, { method: 'bilinear' }).apply({}, tensor([0, 4], [1, 1, 2, 1]), sampling())
    expectClose(y, [0, 1, 3, 4, 0, 1, 3, 4])
  })

  it('leaves images alone at factor 1', () => {
    expect(values(upsample(1).apply({}, image(), sampling()))).toEqual(values(image()))
    expect(() => upsample(1.5)).toThrow('factor to be a whole number')
    expect(() => upsample().apply({}, ones([2, 4]), sampling())).toThrow('[n, any, any, any], got [2,4]')
  })
})

describe('downsample', () => {
  it('averages squares', () => {
    const y = downsample(2).apply({}, tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]), sampling())
    expectClose(y, [3.5, 5.5])
  })

  it('undoes nearest up-sampling', () => {
    const y = downsample(3).apply({}, upsample(3).apply({}, image(), sampling()), sampling())
    expectClose(y, values(image()))
  })

  it('refuses sides that do not divide', () => {
    expect(() => downsample(2).apply({}, ones([1, 3, 4, 1]), sampling())).toThrow('sides divisible by 2')
  })
})
