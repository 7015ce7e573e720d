import { test } from 'vitest'
import { compare, random } from '../compare.fixture.ts'

test.each(['linear', 'relu', 'relu6', 'elu', 'prelu', 'leakyrelu', 'sigmoid'])(
  'fused product and convolution with %s agree with cpu',
  async activation => {
    const own = activation === 'prelu' ? { preluActivationWeights: random([5], 9) } : {}
    await compare(
      '_FusedMatMul',
      { a: random([1, 3, 4], 1), b: random([1, 4, 5], 2), bias: random([5], 3), ...own },
      { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.3 },
    )
    await compare(
      'FusedConv2D',
      { x: random([2, 5, 5, 3], 1), filter: random([3, 3, 3, 5], 2), bias: random([5], 3), ...own },
      {
        strides: [1, 1],
        dilations: [1, 1],
        pad: 'same',
        dataFormat: 'NHWC',
        activation,
        leakyreluAlpha: 0.3,
      },
    )
  },
)
