import { backend_util } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onWasm, random } from '../compare.fixture.ts'

type Four = [number, number, number, number]
type Pad = 'same' | 'valid' | number | backend_util.ExplicitPadding

interface Case {
  x: Four
  filter: Four
  strides: [number, number]
  dilations: [number, number]
  pad: Pad
}

const outShape = (c: Case): number[] =>
  backend_util.computeConv2DInfo(c.x, c.filter, c.strides, c.dilations, c.pad, undefined, true).outShape

async function check(c: Case): Promise<void> {
  const { strides, pad, dilations } = c
  const attrs = { strides, pad, dilations }
  const [x, filter, dy] = [random(c.x, 1), random(c.filter, 2), random(outShape(c), 3)]
  await compare('DepthwiseConv2dNative', { x, filter }, attrs)
  // The cpu backend's gradients ignore dilation.
  if (dilations[0] > 1 || dilations[1] > 1) return
  await compare('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: c.x })
  await compare('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attrs, filterShape: c.filter })
}

const side = fc.integer({ min: 1, max: 8 })
const tap = fc.integer({ min: 1, max: 4 })
const two = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }))
const explicit: backend_util.ExplicitPadding = [
  [0, 0],
  [2, 0],
  [1, 1],
  [0, 0],
]
const pad = fc.constantFrom<Pad>('same', 'valid', 1, explicit)

test('depthwise convolution and its gradients agree with cpu in any geometry', async () => {
  const geometry = fc
    .record({
      n: fc.integer({ min: 1, max: 3 }),
      h: side,
      w: side,
      c: fc.integer({ min: 1, max: 9 }),
      m: fc.integer({ min: 1, max: 3 }),
      fh: tap,
      fw: tap,
      strides: two(3),
      dilations: two(2),
      pad,
    })
    .map(({ n, h, w, c, m, fh, fw, strides, dilations, pad }): Case => {
      const dilated = dilations[0] > 1 || dilations[1] > 1
      return { x: [n, h, w, c], filter: [fh, fw, c, m], strides: dilated ? [1, 1] : strides, dilations, pad }
    })
    .filter(c => outShape(c).every(size => size > 0))
  await fc.assert(fc.asyncProperty(geometry, check), { numRuns: 60 })
})

test('an empty batch has zero gradient', async () => {
  const attrs = { strides: [1, 1], pad: 'same', dilations: [1, 1], filterShape: [3, 3, 2, 1] }
  const inputs = { x: random([0, 4, 4, 2]), dy: random([0, 4, 4, 2]) }
  const { values } = await onWasm('DepthwiseConv2dNativeBackpropFilter', inputs, attrs)
  expect(values).toEqual(new Array(18).fill(0))
})

test('pooling agrees with cpu in any geometry', async () => {
  const geometry = fc
    .record({
      x: fc.tuple(fc.integer({ min: 1, max: 3 }), side, side, fc.integer({ min: 1, max: 9 })),
      filterSize: fc.tuple(tap, tap),
      strides: two(3),
      pad,
    })
    .filter(({ x, filterSize, strides, pad }) =>
      backend_util.computePool2DInfo(x, filterSize, strides, 1, pad).outShape.every(size => size > 0),
    )
  await fc.assert(
    fc.asyncProperty(geometry, async ({ x, ...attrs }) => {
      await compare('MaxPool', { x: random(x) }, attrs)
      await compare('AvgPool', { x: random(x) }, attrs)
    }),
    { numRuns: 60 },
  )
})

test('pooling passes not-a-number on', async () => {
  const x = random([1, 4, 4, 5], 1)
  const spoilt = { ...x, values: [...x.values].map((v, i) => (i === 6 ? Number.NaN : v)) }
  const attrs = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
  for (const name of ['MaxPool', 'AvgPool']) {
    const { values } = await onWasm(name, { x: spoilt }, attrs)
    expect(values.flatMap((v, i) => (Number.isNaN(v) ? [i] : []))).toEqual([1])
  }
})
