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
    expect(() => upsample(1.5)).toThrow('factor must be a whole number')
    expect(() => upsample().apply({}, ones([2, 4]), sampling())).toThrow('[n, any, any, any], got [2,4]')
  })
})

describe('downsample', () => {
  it('averages squares', () => {
    const y = downsample(2).apply({}, tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]), sampling())
    expectClose(y, [3.5, 5.5])
  })

  it('weighs with a tent whose weights add up to one, as others do with antialiasing', () => {
    const shrink = (factor: number, xs: number[], shape: number[]) =>
      downsample(factor, { method: 'bilinear' }).apply({}, tensor(xs, shape), sampling())
    // Numbers from PyTorch 2.13: interpolate(x, scale_factor=1 / factor, mode='bilinear', antialias=True).
    const rows = [1, 0, 4, 2, 8, 5, 3, -1, 2, 7, 0, 1, 2, 2, -5, 4, 1, 0, 0, 6, 1, 1, 3, 9]
    const halved = [1.0612, 2.7857, 3.2653, 1.7551, 1.2679, 2.898]
    expectClose(shrink(2, rows, [1, 4, 6, 1]), halved, 1e-4)
    expectClose(
      shrink(
        3,
        [...Array(36).keys()].map(i => i ** 1.5),
        [1, 6, 6, 1],
      ),
      [30.4512, 41.6586, 118.4706, 137.0781],
      1e-5,
    )
    // Channels and images do not mix.
    const two = shrink(
      2,
      [rows, rows.map(x => -x)].flatMap(image => image.flatMap(x => [x, 2 * x])),
      [2, 4, 6, 2],
    )
    expectClose(
      two,
      [1, -1].flatMap(sign => halved.flatMap(x => [sign * x, sign * 2 * x])),
      1e-4,
    )
  })

  it('undoes nearest up-sampling', () => {
    const y = downsample(3).apply({}, upsample(3).apply({}, image(), sampling()), sampling())
    expectClose(y, values(image()))
  })

  it('refuses sides that do not divide', () => {
    expect(() => downsample(2).apply({}, ones([1, 3, 4, 1]), sampling())).toThrow('sides divisible by 2')
  })
})
