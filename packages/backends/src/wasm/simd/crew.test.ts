import '@tensorflow/tfjs-backend-wasm'
import { engine, type NamedAttrMap, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numbers } from '../compare.fixture.ts'
import type { WasmBackend } from '../heap.ts'
import { registerWasmKernels } from '../index.ts'
import { crewOf, engage } from './crew.ts'
import { type Job, perform } from './job.ts'

const backend = (): WasmBackend => engine().backend as unknown as WasmBackend

beforeAll(async () => {
  registerWasmKernels()
  await setBackend('wasm')
})
afterAll(async () => {
  await engage(backend(), 1)
})

const made = (shape: number[], seed: number): Tensor => {
  const next = numbers(seed)
  return tensor(Float32Array.from({ length: shape.reduce((n, s) => n * s, 1) }, next), shape)
}

/** A kernel's answer with so many threads. */
async function answer(threads: number, name: string, inputs: Record<string, Tensor>, attrs: object) {
  expect(await engage(backend(), threads)).toBe(threads)
  const out = engine().runKernel(name, inputs, attrs as NamedAttrMap) as Tensor
  const values = await out.data()
  out.dispose()
  return values
}

const conv = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
// Large enough to be worth sharing, with sizes that do not divide evenly.
const calls: [name: string, shapes: Record<string, number[]>, attrs: object][] = [
  ['BatchMatMul', { a: [1, 255, 301], b: [1, 301, 203] }, { transposeA: false, transposeB: false }],
  ['BatchMatMul', { a: [1, 301, 255], b: [1, 203, 301] }, { transposeA: true, transposeB: true }],
  ['BatchMatMul', { a: [7, 130, 140], b: [7, 140, 101] }, { transposeA: false, transposeB: false }],
  ['BatchMatMul', { a: [7, 130, 140], b: [1, 140, 101] }, { transposeA: false, transposeB: false }],
  ['Conv2D', { x: [13, 15, 16, 33], filter: [4, 4, 33, 70] }, conv],
  [
    'Conv2DBackpropInput',
    { dy: [13, 8, 8, 70], filter: [4, 4, 33, 70] },
    { ...conv, inputShape: [13, 15, 16, 33] },
  ],
  [
    'Conv2DBackpropInput',
    { dy: [33, 16, 16, 70], filter: [4, 4, 3, 70] },
    { ...conv, inputShape: [33, 32, 32, 3] },
  ],
  [
    'Conv2DBackpropFilter',
    { x: [13, 15, 16, 33], dy: [13, 8, 8, 70] },
    { ...conv, filterShape: [4, 4, 33, 70] },
  ],
]

test.each(calls)('%s has the same bits with one, two and three threads: %o', async (name, shapes, attrs) => {
  const inputs = Object.fromEntries(Object.entries(shapes).map(([key, shape], i) => [key, made(shape, i)]))
  const alone = await answer(1, name, inputs, attrs)
  expect(crewOf(backend())).toBeUndefined()
  for (const threads of [2, 3]) {
    const together = await answer(threads, name, inputs, attrs)
    expect(together.length).toBe(alone.length)
    expect(together.every((v, i) => Object.is(v, alone[i]))).toBe(true)
  }
  for (const t of Object.values(inputs)) t.dispose()
})

/** A job of ones: `calls` decides how. */
const job = (calls: Job['calls'], bytes = 4): Job => ({
  units: 8,
  grain: 1,
  cost: 1e9,
  reads: (from, to) => [{ at: 1024 + from * bytes, bytes: (to - from) * bytes }],
  unitBytes: 4,
  calls,
})

test('a large job is really handed out, and a worker that fails is stood in for', async () => {
  await engage(backend(), 2)
  const out = backend().wasm._malloc(32)
  const parts: [number, number][] = []
  const ones = job((_, at, from, to) => {
    parts.push([from, to])
    // On the crew's memory the result does not lie where it does on the heap; there the call traps.
    const lost = at - from * 4 !== out
    return [['matmul', 1024, 1024, lost ? -8 : at, 1, to - from, 1, 0, 0, 0, 0, 0, 0]]
  })
  new Float32Array(backend().wasm.HEAPU8.buffer, out, 8).fill(7)
  perform(backend(), ones, out)
  expect(parts).toEqual([
    [4, 8],
    [0, 4],
    [4, 8],
  ])
  // The product over nothing is zero, everywhere.
  expect([...new Float32Array(backend().wasm.HEAPU8.buffer, out, 8)]).toEqual(new Array(8).fill(0))
  backend().wasm._free(out)
  // Whoever failed once is not asked again.
  expect(crewOf(backend())).toBeUndefined()
})

test('a job too large for the crew is done alone', async () => {
  await engage(backend(), 2)
  const out = backend().wasm._malloc(32)
  const parts: [number, number][] = []
  const huge = job((_, at, from, to) => {
    parts.push([from, to])
    return [['matmul', 1024, 1024, at, 1, to - from, 1, 0, 0, 0, 0, 0, 0]]
  }, 2 ** 29)
  perform(backend(), { ...huge, cost: 1e15 }, out)
  expect(parts).toEqual([
    [0, 4],
    [4, 8],
  ])
  backend().wasm._free(out)
})
