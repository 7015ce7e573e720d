import { countParameters, entries, key, type Network, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { mul, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mlp } from '../networks/mlp.ts'
import { expectClose, values } from '../testing.fixture.ts'
import { tanh } from './activations.ts'
import { conv2d } from './conv2d.ts'
import { conv2dTranspose } from './conv2d-transpose.ts'
import { dense } from './dense.ts'
import { sequential } from './sequential.ts'
import { weightNorm } from './weight-norm.ts'

beforeAll(() => setBackend('cpu'))

const layer = weightNorm(dense(2, 2, { bias: false }))

describe('weightNorm', () => {
  it('uses gain v / |v| for each output', () => {
    const params = { kernel: tensor([3, 0, 4, 2], [2, 2]), gain: tensor([10, -1]) }
    // Columns (3, 4) and (0, 2), of norms 5 and 2.
    expectClose(layer.apply(params, tensor([1, 1], [1, 2]), sampling()), [10 * (7 / 5), -1])
  })

  it('does not see how long v is', () => {
    const gain = tensor([1, 2])
    const kernel = tensor([3, 0, 4, 2], [2, 2])
    const x = tensor([0.5, -1], [1, 2])
    const at = (by: number) => layer.apply({ kernel: mul(kernel, by), gain } as never, x, sampling())
    expectClose(at(7), values(at(1)))
  })

  it.each<[string, Network, Network, number[]]>([
    ['a layer', dense(3, 4), weightNorm(dense(3, 4)) as Network, [3]],
    ['a convolution', conv2d(2, 3), weightNorm(conv2d(2, 3)) as Network, [4, 4, 2]],
    [
      'a transposed convolution',
      conv2dTranspose(3, 2),
      weightNorm(conv2dTranspose(3, 2), { axis: 2 }) as Network,
      [2, 2, 3],
    ],
    [
      'a whole network',
      mlp.critic({ shape: [3], hidden: [4] }),
      weightNorm(mlp.critic({ shape: [3], hidden: [4] })),
      [3],
    ],
  ])('starts as %s does without it', (_, plain, wrapped, row) => {
    const x = tensor(
      Array.from({ length: row.reduce((a, b) => a * b) }, (_, i) => Math.sin(3 * i)),
      [1, ...row],
    )
    const expected = plain.apply(plain.init(key(2)), x, sampling())
    expectClose(wrapped.apply(wrapped.init(key(2)), x, sampling()), values(expected))
  })

  it('gives every kernel of a network a gain beside it, and nothing else', () => {
    const network = weightNorm(sequential([dense(2, 3), tanh(), dense(3, 1)]))
    const params = network.init(key(1))
    expect(entries<Tensor>(params).map(([path, t]) => `${path} [${t.shape}]`)).toEqual([
      '0/kernel [2,3]',
      '0/bias [3]',
      '0/gain [3]',
      '2/kernel [3,1]',
      '2/bias [1]',
      '2/gain [1]',
    ])
    expect(countParameters(params)).toBe(17)
    expect(network.memory).toBeUndefined()
    expect(network.features!(params, tensor([1, 2], [1, 2]), sampling()).map(f => f.shape)).toEqual([
      [1, 3],
      [1, 3],
    ])
  })

  it('says when there is no kernel', () => {
    expect(() => weightNorm(tanh()).init(key(0))).toThrow(
      'weightNorm: the network has no parameter named "kernel"',
    )
  })
})
