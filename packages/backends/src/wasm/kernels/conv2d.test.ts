import { backend_util } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onCpu, onWasm, random } from '../compare.fixture.ts'

type Pad = 'same' | 'valid' | number | backend_util.ExplicitPadding

interface Case {
  n: number
  h: number
  w: number
  ci: number
  co: number
  fh: number
  fw: number
  strides: [number, number]
  pad: Pad
}

const shapes = (c: Case) => {
  const x = [c.n, c.h, c.w, c.ci]
  const filter = [c.fh, c.fw, c.ci, c.co]
  const info = backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    c.strides,
    1,
    c.pad,
  )
  return { x, filter, dy: info.outShape }
}

/** Forward, input gradient and filter gradient of one geometry, against cpu. */
async function check(c: Case): Promise<void> {
  const { x, filter, dy } = shapes(c)
  const attrs = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC', dilations: [1, 1] }
  const [X, F, G] = [random(x, 1), random(filter, 2), random(dy, 3)]
  await compare('Conv2D', { x: X, filter: F }, attrs, 1e-5)
  await compare('Conv2DBackpropInput', { dy: G, filter: F }, { ...attrs, inputShape: x }, 1e-5)
  await compare('Conv2DBackpropFilter', { x: X, dy: G }, { ...attrs, filterShape: filter }, 1e-5)
}

const base: Case = { n: 2, h: 7, w: 6, ci: 3, co: 5, fh: 3, fw: 3, strides: [1, 1], pad: 'same' }
const cases: Case[] = [
  base,
  { ...base, pad: 'valid' },
  { ...base, strides: [2, 2] },
  { ...base, h: 8, w: 8, fh: 4, fw: 4, strides: [2, 2] },
  { ...base, h: 8, w: 8, fh: 4, fw: 4, strides: [2, 2], pad: 1 },
  // The stride leaves the last row and column unread.
  { ...base, h: 8, w: 9, fh: 3, fw: 2, strides: [2, 3], pad: 'valid' },
  {
    ...base,
    pad: [
      [0, 0],
      [2, 0],
      [0, 1],
      [0, 0],
    ],
  },
  { ...base, n: 1, h: 1, w: 1, fh: 1, fw: 1 },
  { ...base, ci: 1, co: 1 },
  { ...base, h: 3, w: 3, fh: 5, fw: 5 },
  { ...base, n: 3, h: 1, w: 13, fh: 1, fw: 5, strides: [1, 2] },
  { ...base, n: 4, h: 14, w: 14, ci: 16, co: 33, fh: 4, fw: 4, strides: [2, 2] },
  { ...base, n: 2, h: 5, w: 5, ci: 67, co: 4, fh: 1, fw: 1 },
  { ...base, n: 0 },
]

test.each(cases)('conv2d and both gradients agree with cpu: %o', check)

test('any geometry agrees with cpu', async () => {
  const side = fc.integer({ min: 1, max: 9 })
  const channels = fc.integer({ min: 1, max: 9 })
  const tap = fc.integer({ min: 1, max: 4 })
  const stride = fc.integer({ min: 1, max: 3 })
  const geometry = fc
    .record({
      n: fc.integer({ min: 1, max: 3 }),
      h: side,
      w: side,
      ci: channels,
      co: channels,
      fh: tap,
      fw: tap,
      strides: fc.tuple(stride, stride),
      pad: fc.constantFrom<Pad>('same', 'valid', 1, [
        [0, 0],
        [0, 2],
        [1, 0],
        [0, 0],
      ]),
    })
    .filter(c => shapes(c).dy.every(d => d > 0))
  await fc.assert(fc.asyncProperty(geometry, check), { numRuns: 60 })
})

test('dilated forward convolution agrees with cpu', async () => {
  for (const pad of ['same', 'valid'] as const) {
    await compare(
      'Conv2D',
      { x: random([2, 9, 8, 3], 1), filter: random([3, 2, 3, 4], 2) },
      { strides: [1, 1], pad, dataFormat: 'NHWC', dilations: [2, 3] },
    )
  }
})

test('not-a-number reaches every output that reads it', async () => {
  const { x, filter, dy } = shapes(base)
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const X = random(x, 1)
    const G = random(dy, 2)
    const F = random(filter, 3)
    const spoil = (p: typeof X) => ({ ...p, values: [...p.values].map((v, i) => (i === 40 ? bad : v)) })
    const calls = [
      ['Conv2D', { x: spoil(X), filter: F }, attrs],
      ['Conv2DBackpropInput', { dy: spoil(G), filter: F }, { ...attrs, inputShape: x }],
      ['Conv2DBackpropFilter', { x: spoil(X), dy: G }, { ...attrs, filterShape: filter }],
    ] as const
    for (const [name, inputs, a] of calls) {
      const cpu = await onCpu(name, inputs, a)
      const wasm = await onWasm(name, inputs, a)
      // Padding is summed on some paths and skipped on others; what counts is that nothing bad is hidden.
      cpu.values.forEach((v, i) => {
        if (!Number.isFinite(v))
          expect(Number.isFinite(wasm.values[i]), `${name} hides ${bad} at ${i}`).toBe(false)
      })
    }
  }
})

test('another data format is refused with the remedy', async () => {
  const { x, filter, dy } = shapes(base)
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', filterShape: filter }
  await expect(onWasm('Conv2DBackpropFilter', { x: random(x), dy: random(dy) }, attrs)).rejects.toThrow(
    /Conv2DBackpropFilter \(wasm\): expected dataFormat NHWC, got NCHW/,
  )
})
