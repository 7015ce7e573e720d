import { backend_util } from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { compare, random } from '../compare.fixture.ts'

type Four = [number, number, number, number]

const cases: {
  x: Four
  filter: Four
  strides: [number, number]
  pad: 'same' | 'valid' | number | backend_util.ExplicitPadding
}[] = [
  { x: [2, 7, 6, 3], filter: [3, 3, 3, 1], strides: [1, 1], pad: 'same' },
  { x: [2, 7, 6, 5], filter: [3, 2, 5, 2], strides: [1, 1], pad: 'valid' },
  { x: [3, 8, 9, 4], filter: [3, 3, 4, 3], strides: [2, 2], pad: 'same' },
  {
    x: [1, 8, 9, 8],
    filter: [2, 4, 8, 1],
    strides: [2, 2],
    pad: [
      [0, 0],
      [1, 0],
      [1, 2],
      [0, 0],
    ],
  },
  {
    x: [2, 5, 5, 2],
    filter: [3, 3, 2, 1],
    strides: [1, 1],
    pad: [
      [0, 0],
      [2, 0],
      [1, 1],
      [0, 0],
    ],
  },
  { x: [1, 1, 1, 1], filter: [1, 1, 1, 1], strides: [1, 1], pad: 'valid' },
]

test.each(cases)('depthwise convolution and its gradients agree with cpu: %o', async c => {
  const attrs = { strides: c.strides, pad: c.pad, dilations: [1, 1] }
  const { outShape } = backend_util.computeConv2DInfo(c.x, c.filter, c.strides, 1, c.pad, undefined, true)
  const [x, filter, dy] = [random(c.x, 1), random(c.filter, 2), random(outShape, 3)]
  await compare('DepthwiseConv2dNative', { x, filter }, attrs)
  await compare('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: c.x })
  await compare('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape: c.filter })
})
