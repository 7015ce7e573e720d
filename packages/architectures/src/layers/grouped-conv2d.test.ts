import { key, sampling, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { concat, ones, setBackend, split, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, scattered, values } from '../testing.fixture.ts'
import { conv2d } from './conv2d.ts'
import { groupedConv2d } from './grouped-conv2d.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

/** The dense kernel that does the same: group i's block at input channels i, zeros elsewhere. */
function blockDiagonal(kernel: Tensor, groups: number): Tensor {
  const blocks = split(kernel, groups, 3)
  return concat(
    blocks.map((block, i) =>
      concat(
        blocks.map((_, j) => (i === j ? block : zeros(block.shape))),
        2,
      ),
    ),
    3,
  )
}

describe('groupedConv2d', () => {
  it.each([
    { groups: 1, size: 3 },
    { groups: 2, size: 3 },
    { groups: 6, size: 1 },
    { groups: 3, size: 4, stride: 2 },
    { groups: 2, size: [1, 3], padding: 'valid' },
  ] as const)('is a convolution with a block-diagonal kernel: %o', options =>
    scoped(() => {
      const [inputs, outputs] = [6, 12]
      const x = tensor(scattered(2 * 6 * 4 * inputs), [2, 6, 4, inputs])
      const layer = groupedConv2d(inputs, outputs, options)
      const params = { ...layer.init(key(1)), bias: tensor(scattered(outputs, 1)) }
      expect(params.kernel.shape.slice(2)).toEqual([inputs / options.groups, outputs])
      const dense = { ...params, kernel: blockDiagonal(params.kernel, options.groups) }
      const expected = conv2d(inputs, outputs, options).apply(dense, x, sampling())
      const y = layer.apply(params, x, sampling())
      expect(y.shape).toEqual(expected.shape)
      expectClose(y, values(expected))
    }),
  )

  it('says what fits', () => {
    expect(() => groupedConv2d(6, 8, { groups: 3 })).toThrow('got 3 groups of 6 inputs and 8 outputs')
    expect(() => groupedConv2d(6, 6, { groups: 0 })).toThrow('groups must be a whole number >= 1')
    const layer = groupedConv2d(4, 4, { groups: 2 })
    expect(() => layer.apply(layer.init(key(0)), ones([1, 3, 3, 2]), sampling())).toThrow(
      'groupedConv2d: expected input [n, any, any, 4], got [1,3,3,2]',
    )
  })
})
