import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { mul, setBackend, sum, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { he } from '../initializers.ts'
import { expectClose, scattered, values } from '../testing.fixture.ts'
import { conv2d } from './conv2d.ts'
import { conv2dTranspose } from './conv2d-transpose.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('conv2dTranspose', () => {
  it.each([
    { size: 4, stride: 2, padding: 'same', side: 8 },
    { size: 3, stride: 1, padding: 'same', side: 4 },
    { size: 3, stride: 2, padding: 'valid', side: 9 },
    { size: 5, stride: 3, padding: 'valid', side: 14 },
  ] as const)('is the adjoint of the convolution: %o', ({ side, ...options }) => {
    const layer = conv2dTranspose(3, 2, { ...options, bias: false })
    const params = layer.init(key(1))
    const x = tensor(scattered(2 * 4 * 4 * 3), [2, 4, 4, 3])
    const y = layer.apply(params, x, sampling())
    expect(y.shape).toEqual([2, side, side, 2])
    // <T x, z> = <x, C z> for the convolution C of the same kernel.
    const z = tensor(scattered(y.size, 5), y.shape)
    const back = conv2d(2, 3, { ...options, bias: false }).apply(params, z, sampling())
    expectClose(sum(mul(y, z)), values(sum(mul(x, back))), 1e-4)
  })

  it('adds its bias to every pixel', () => {
    const layer = conv2dTranspose(1, 2)
    const params = { ...layer.init(key(0)), bias: tensor([1, -2]) }
    const y = layer.apply(params, tensor([0, 0, 0, 0], [1, 2, 2, 1]), sampling())
    expectClose(
      y,
      Array.from({ length: 32 }, (_, i) => (i % 2 ? -2 : 1)),
    )
  })

  it('shows initializers the fan-in of its outputs', () => {
    const { kernel } = conv2dTranspose(50, 2, { kernel: he() }).init(key(3))
    expect(kernel.shape).toEqual([4, 4, 2, 50])
    const xs = values(kernel)
    const deviation = Math.sqrt(xs.reduce((a, x) => a + x * x, 0) / xs.length)
    expect(deviation).toBeCloseTo(Math.sqrt(2 / (16 * 50)), 2)
  })
})
