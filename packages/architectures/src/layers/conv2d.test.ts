import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, scattered, values } from '../testing.fixture.ts'
import { conv2d } from './conv2d.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

/** Convolution by its definition; `before` zeros above and left. */
function reference(x: Tensor, kernel: Tensor, stride: number, before: number, side: number): number[] {
  const [n, h, w, inputs] = x.shape as [number, number, number, number]
  const [kh, kw, , outputs] = kernel.shape as [number, number, number, number]
  const [xs, ks] = [values(x), values(kernel)]
  const y: number[] = []
  for (let b = 0; b < n; b++)
    for (let i = 0; i < side; i++)
      for (let j = 0; j < side; j++)
        for (let o = 0; o < outputs; o++) {
          let sum = 0
          for (let p = 0; p < kh; p++)
            for (let q = 0; q < kw; q++) {
              const [r, c] = [i * stride + p - before, j * stride + q - before]
              if (r < 0 || c < 0 || r >= h || c >= w) continue
              for (let f = 0; f < inputs; f++)
                sum +=
                  xs[((b * h + r) * w + c) * inputs + f]! * ks[((p * kw + q) * inputs + f) * outputs + o]!
            }
          y.push(sum)
        }
  return y
}

describe('conv2d', () => {
  it.each([
    { size: 4, stride: 2, padding: 'same', before: 1, side: 3 },
    { size: 3, stride: 1, padding: 'same', before: 1, side: 6 },
    { size: 3, stride: 1, padding: 'valid', before: 0, side: 4 },
    { size: 3, stride: 2, padding: 'valid', before: 0, side: 2 },
    { size: 1, stride: 1, padding: 'same', before: 0, side: 6 },
  ] as const)('is the sum over windows: %o', ({ before, side, ...options }) => {
    const layer = conv2d(2, 3, options)
    const params = layer.init(key(1))
    const x = tensor(scattered(2 * 6 * 6 * 2), [2, 6, 6, 2])
    const y = layer.apply({ ...params, bias: tensor([1, 2, 3]) }, x, sampling())
    expect(y.shape).toEqual([2, side, side, 3])
    const plain = reference(x, params.kernel, options.stride, before, side)
    expectClose(
      y,
      plain.map((v, i) => v + (i % 3) + 1),
    )
  })

  it('sees further with dilation, as with a kernel spread with zeros', () => {
    const x = tensor(scattered(2 * 6 * 6 * 2), [2, 6, 6, 2])
    const layer = conv2d(2, 3, { dilation: 2, bias: false })
    const params = layer.init(key(1))
    const kernel = values(params.kernel)
    const spread = tensor(
      [...Array(25 * 6).keys()].map(i => {
        const [row, column, rest] = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6]
        return row % 2 || column % 2 ? 0 : kernel[(row / 2) * 18 + (column / 2) * 6 + rest]!
      }),
      [5, 5, 2, 3],
    )
    expectClose(layer.apply(params, x, sampling()), reference(x, spread, 1, 2, 6))
    expect(() => conv2d(2, 3, { stride: 2, dilation: 2 })).toThrow('got stride 2 and dilation 2')
  })

  it('takes windows that are not square, and says what fits', () => {
    expect(conv2d(2, 3, { size: [1, 5] }).init(key(0)).kernel.shape).toEqual([1, 5, 2, 3])
    const layer = conv2d(2, 3)
    expect(() => layer.apply(layer.init(key(0)), ones([1, 4, 4, 1]), sampling())).toThrow(
      'conv2d: expected input [n, any, any, 2], got [1,4,4,1]',
    )
  })
})
