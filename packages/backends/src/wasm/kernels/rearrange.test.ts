import { engine, memory, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onWasm, type Plain, random } from '../compare.fixture.ts'
import { registerWasmKernels } from '../index.ts'

const whole = (shape: number[]): Plain => {
  const x = random(shape)
  return { ...x, values: [...x.values].map((_, i) => i), dtype: 'int32' }
}
const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })
const runs = { numRuns: 50 }

test('transpose of any axes agrees with cpu', async () => {
  const shuffled = shape.chain(s =>
    fc.record({ s: fc.constant(s), perm: fc.shuffledSubarray([...s.keys()], { minLength: s.length }) }),
  )
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ s, perm }) => {
      await compare('Transpose', { x: whole(s) }, { perm })
      await compare('Transpose', { x: random(s) }, { perm })
    }),
    runs,
  )
  await compare('Transpose', { x: random([67, 131]) }, { perm: [1, 0] })
  await compare('Transpose', { x: random([3, 20, 35]) }, { perm: [0, 2, 1] })
  await compare('Transpose', { x: random([2, 0, 3]) }, { perm: [2, 0, 1] })
})

test('tile agrees with cpu', async () => {
  const tiled = shape.chain(s =>
    fc.record({
      s: fc.constant(s.slice(0, 4)),
      reps: fc.array(fc.integer({ min: 1, max: 3 }), {
        minLength: Math.min(4, s.length),
        maxLength: Math.min(4, s.length),
      }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(tiled, async ({ s, reps }) => {
      await compare('Tile', { x: random(s) }, { reps })
    }),
    runs,
  )
  await compare('Tile', { x: random([1, 70]) }, { reps: [9, 1] })
  await compare('Tile', { x: random([9, 1]) }, { reps: [1, 70] })
  await compare('Tile', { x: random([2, 3]) }, { reps: [0, 2] })
})

test('slice agrees with cpu', async () => {
  const cut = shape.chain(s =>
    fc
      .tuple(...s.map(size => fc.nat(size).chain(b => fc.tuple(fc.constant(b), fc.nat(size - b)))))
      .map(parts => ({
        s,
        begin: parts.map(p => p[0]),
        size: parts.map(p => p[1]),
      })),
  )
  await fc.assert(
    fc.asyncProperty(cut, async ({ s, begin, size }) => {
      await compare('Slice', { x: random(s) }, { begin, size })
    }),
    runs,
  )
  await compare('Slice', { x: random([4, 200]) }, { begin: [1, 3], size: [-1, 150] })
})

test('strided slice agrees with cpu', async () => {
  const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 }
  const x = random([7, 8, 5])
  const cases = [
    { begin: [0, 0, 0], end: [7, 8, 5], strides: [1, 2, 1] },
    { begin: [6, 1, 4], end: [0, 8, 0], strides: [-2, 3, -1] },
    { begin: [0, 0], end: [7, 3], strides: [3, 1], ellipsisMask: 0 },
    { begin: [0, 0, 0, 0], end: [0, 7, 8, 5], strides: [1, 2, 1, 1], newAxisMask: 1 },
    { begin: [0, 1, 0], end: [7, 0, 5], strides: [1, 2, 1], endMask: 2 },
    { begin: [0, 3, 0], end: [7, 3, 5], strides: [1, 1, 2] },
    { begin: [0, 0, 0], end: [7, 8, 5], strides: [1, 1, 1] },
  ]
  for (const c of cases) await compare('StridedSlice', { x }, { ...masks, ...c })
  // The cpu backend mistakes the axes where one is dropped.
  const dropped = { begin: [2, 0, 0], end: [3, 8, 5], strides: [1, 3, 2], shrinkAxisMask: 1 }
  const part = await onWasm('StridedSlice', { x: whole([7, 8, 5]) }, { ...masks, ...dropped })
  expect(part.shape).toEqual([3, 3])
  expect(part.values).toEqual([0, 2, 4, 15, 17, 19, 30, 32, 34].map(v => v + 80))
})

test('reverse agrees with cpu', async () => {
  for (const dims of [[0], [1], [2], [0, 2], [0, 1, 2], []])
    await compare('Reverse', { x: random([3, 4, 9]) }, { dims })
})

test('gather agrees with cpu, also with repeated and empty indices', async () => {
  const indices = (values: number[], s = [values.length]) => ({ values, shape: s, dtype: 'int32' as const })
  await compare('GatherV2', { x: random([5, 3]), indices: indices([4, 0, 0, 2]) }, { axis: 0, batchDims: 0 })
  await compare(
    'GatherV2',
    { x: random([2, 5, 70]), indices: indices([4, 1], [2, 1]) },
    { axis: 1, batchDims: 0 },
  )
  await compare('GatherV2', { x: random([2, 5]), indices: indices([1, 3, 3]) }, { axis: -1, batchDims: 0 })
  await compare('GatherV2', { x: random([2, 5]), indices: indices([]) }, { axis: 0, batchDims: 0 })
  await compare(
    'GatherV2',
    { x: random([2, 5, 3]), indices: indices([1, 3, 0, 4], [2, 2]) },
    { axis: 1, batchDims: 1 },
  )
  await expect(
    onWasm('GatherV2', { x: random([5, 3]), indices: indices([1, 5]) }, { axis: 0, batchDims: 0 }),
  ).rejects.toThrow('gather: expected indices from 0 to 4 (axis 0 of [5,3]), got another at position 1')
})

test('identity shares the data and each copy lives by itself', async () => {
  await setBackend('wasm')
  registerWasmKernels()
  const before = memory().numTensors
  const x = tensor([1, 2, 3])
  const copy = engine().runKernel('Identity', { x }) as Tensor
  x.dispose()
  expect(Array.from(await copy.data())).toEqual([1, 2, 3])
  copy.dispose()
  expect(memory().numTensors).toBe(before)
})

test('split and unpack give every piece, and leave nothing behind', async () => {
  await setBackend('wasm')
  registerWasmKernels()
  const before = engine().backend.numDataIds()
  const x = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 6])
  const parts = engine().runKernel(
    'SplitV',
    { x },
    { numOrSizeSplits: [1, 5], axis: 1 },
  ) as unknown as Tensor[]
  const rows = engine().runKernel('Unpack', { value: x } as never, { axis: -2 }) as unknown as Tensor[]
  const read = (tensors: Tensor[]) =>
    Promise.all(tensors.map(async t => [t.shape, Array.from(await t.data())]))
  expect(await read(parts)).toEqual([
    [
      [2, 1],
      [0, 6],
    ],
    [
      [2, 5],
      [1, 2, 3, 4, 5, 7, 8, 9, 10, 11],
    ],
  ])
  expect(await read(rows)).toEqual([
    [[6], [0, 1, 2, 3, 4, 5]],
    [[6], [6, 7, 8, 9, 10, 11]],
  ])
  for (const t of [x, ...parts, ...rows]) t.dispose()
  expect(engine().backend.numDataIds()).toBe(before)
})
