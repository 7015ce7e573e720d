/** Runs one kernel on the cpu backend and on wasm and compares them, memory included. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import {
  type DataType,
  engine,
  memory,
  type NamedAttrMap,
  setBackend,
  type Tensor,
  tensor,
  util,
} from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { registerWasmKernels } from './index.ts'

/** A tensor as plain numbers, so that it can be made again on each backend. */
export interface Plain {
  values: readonly number[]
  shape: number[]
  dtype: DataType
}

/** Makes repeatable standard normal-like numbers (sum of uniforms) from a counter. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return () => uniform() + uniform() + uniform() - 1.5
}

/** Random float32 tensor; `seed` keeps calls apart. */
export function random(shape: number[], seed = 1, scale = 1): Plain {
  const next = numbers(seed + 31 * shape.length)
  const size = util.sizeFromShape(shape)
  return {
    values: Float32Array.from({ length: size }, () => scale * next()) as never,
    shape,
    dtype: 'float32',
  }
}

/** What one backend answered. */
export interface Answer {
  values: number[]
  shape: number[]
  dtype: DataType
}

export type Inputs = Record<string, Plain> | Plain[]

/** Runs `name` on a backend; fails where it leaks. */
export async function answer(
  backend: string,
  name: string,
  inputs: Inputs,
  attrs: object = {},
): Promise<Answer> {
  await setBackend(backend)
  const made = new Map<string, Tensor>()
  for (const [key, plain] of Object.entries(inputs)) {
    made.set(key, tensor([...plain.values], plain.shape, plain.dtype))
  }
  const given = Array.isArray(inputs) ? [...made.values()] : Object.fromEntries(made)
  const tensorsBefore = memory().numTensors
  const idsBefore = engine().backend.numDataIds()
  const out = engine().runKernel(name, given as never, attrs as NamedAttrMap) as Tensor
  const result = { values: Array.from(await out.data()), shape: out.shape, dtype: out.dtype }
  out.dispose()
  expect(engine().backend.numDataIds(), `${name} on ${backend} leaks data ids`).toBe(idsBefore)
  expect(memory().numTensors).toBe(tensorsBefore)
  for (const t of made.values()) t.dispose()
  // Reference counts that a kernel raised and never lowered show here: the inputs' data would stay.
  expect(engine().backend.numDataIds(), `${name} on ${backend} keeps its inputs`).toBe(idsBefore - made.size)
  return result
}

/** Runs `name` on one backend only; with the same leak checks. */
export async function onWasm(name: string, inputs: Inputs, attrs: object = {}): Promise<Answer> {
  registerWasmKernels()
  return answer('wasm', name, inputs, attrs)
}

/** As {@link onWasm} for the cpu backend. */
export const onCpu = (name: string, inputs: Inputs, attrs: object = {}): Promise<Answer> =>
  answer('cpu', name, inputs, attrs)

/**
 * Fails unless `actual` agrees with `expected`: same shape and dtype, same NaN and infinities, and numbers
 * within `tolerance` relative to the largest finite magnitude of the expected answer.
 */
export function expectSame(actual: Answer, expected: Answer, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape)
  expect(actual.dtype).toBe(expected.dtype)
  const largest = expected.values.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 1e-3)
  for (let i = 0; i < expected.values.length; i++) {
    const [a, e] = [actual.values[i]!, expected.values[i]!]
    const same = Number.isFinite(e) ? Math.abs(a - e) <= tolerance * largest : Object.is(a, e)
    if (!same) expect.fail(`element ${i}: got ${a}, expected ${e} (largest ${largest})`)
  }
}

/** Runs the kernel on both and compares. */
export async function compare(
  name: string,
  inputs: Inputs,
  attrs: object = {},
  tolerance = 1e-5,
): Promise<Answer> {
  const expected = await onCpu(name, inputs, attrs)
  const actual = await onWasm(name, inputs, attrs)
  expectSame(actual, expected, tolerance)
  return actual
}
