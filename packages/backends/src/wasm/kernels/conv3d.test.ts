import { backend_util } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onWasm, random } from '../compare.fixture.ts'

type Five = [number, number, number, number, number]

const side = fc.integer({ min: 1, max: 5 })
const channels = fc.integer({ min: 1, max: 5 })
const small = fc.integer({ min: 1, max: 3 })
const three = fc.tuple(small, small, small)
const pad = fc.constantFrom<'same' | 'valid'>('same', 'valid')

test('convolution of volumes and its gradients agree with cpu in any geometry', async () => {
  const geometry = fc
    .record({
      n: fc.integer({ min: 1, max: 2 }),
      size: fc.tuple(side, side, side),
      ci: channels,
      co: channels,
      taps: three,
      strides: three,
      pad,
    })
    .map(({ n, size, ci, co, taps, strides, pad }) => {
      const x: Five = [n, ...size, ci]
      const filter: Five = [...taps, ci, co]
      return {
        x,
        filter,
        strides,
        pad,
        dy: backend_util.computeConv3DInfo(x, filter, strides, 1, pad).outShape,
      }
    })
    .filter(({ dy }) => dy.every(size => size > 0))
  await fc.assert(
    fc.asyncProperty(geometry, async ({ x, filter, dy, strides, pad }) => {
      const attrs = { strides, pad, dataFormat: 'NDHWC', dilations: [1, 1, 1] }
      const [X, F, G] = [random(x, 1), random(filter, 2), random(dy, 3)]
      await compare('Conv3D', { x: X, filter: F }, attrs)
      await compare('Conv3DBackpropInputV2', { dy: G, filter: F }, { ...attrs, inputShape: x })
      await compare('Conv3DBackpropFilterV2', { x: X, dy: G }, { ...attrs, filterShape: filter })
    }),
    { numRuns: 40 },
  )
})

test('dilation reaches the forward pass', async () => {
  await compare(
    'Conv3D',
    { x: random([2, 6, 5, 7, 3], 1), filter: random([2, 2, 3, 3, 4], 2) },
    { strides: [1, 1, 1], pad: 'same', dataFormat: 'NDHWC', dilations: [2, 1, 3] },
  )
})

test('pooling of volumes agrees with cpu, negative numbers too', async () => {
  const geometry = fc.record({
    size: fc.tuple(side, side, side),
    filterSize: three,
    strides: three,
    pad,
  })
  await fc.assert(
    fc.asyncProperty(geometry, async ({ size, ...attrs }) => {
      const x: Five = [2, ...size, 3]
      const info = backend_util.computePool3DInfo(x, attrs.filterSize, attrs.strides, 1, attrs.pad)
      fc.pre(info.outShape.every(d => d > 0))
      const values = [...random(x).values].map(v => v - 2)
      await compare(
        'MaxPool3D',
        { x: { values, shape: x, dtype: 'float32' } },
        { ...attrs, dataFormat: 'NDHWC' },
      )
    }),
    { numRuns: 40 },
  )
})

test('an empty batch gives zeros', async () => {
  const attrs = { strides: [1, 1, 1], pad: 'same', filterShape: [1, 1, 1, 2, 2] }
  const inputs = { x: random([0, 2, 2, 2, 2]), dy: random([0, 2, 2, 2, 2]) }
  expect((await onWasm('Conv3DBackpropFilterV2', inputs, attrs)).values).toEqual([0, 0, 0, 0])
})
