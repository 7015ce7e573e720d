import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onWasm, type Plain, random } from '../compare.fixture.ts'

const product = (a: Plain, b: Plain, transposeA = false, transposeB = false) =>
  compare('BatchMatMul', { a, b }, { transposeA, transposeB }, 1e-5)

const operands = (
  m: number,
  n: number,
  k: number,
  tA: boolean,
  tB: boolean,
  outerA: number[] = [],
  outerB = outerA,
) =>
  [
    random([...outerA, ...(tA ? [k, m] : [m, k])], 1),
    random([...outerB, ...(tB ? [n, k] : [k, n])], 2),
    tA,
    tB,
  ] as const

const both = [false, true]

test('any shape and any transposes agree with cpu', async () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 70 }))
  const depth = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 250, max: 262 }))
  await fc.assert(
    fc.asyncProperty(side, side, depth, fc.boolean(), fc.boolean(), async (m, n, k, tA, tB) => {
      await product(...operands(m, n, k, tA, tB, [1]))
    }),
    { numRuns: 80 },
  )
})

test('sizes around the block edges agree with cpu', async () => {
  for (const [m, n, k] of [
    [64, 8, 256],
    [65, 9, 257],
    [3, 513, 5],
    [5, 1, 600],
    [129, 3, 512],
    [4, 520, 300],
  ] as const) {
    for (const tA of both) for (const tB of both) await product(...operands(m, n, k, tA, tB, [1]))
  }
})

test('batches, also broadcast ones, agree with cpu', async () => {
  for (const tA of both) {
    for (const tB of both) {
      await product(...operands(3, 5, 7, tA, tB, [4]))
      await product(...operands(3, 5, 7, tA, tB, [2, 3]))
      await product(...operands(3, 5, 7, tA, tB, [1], [4]))
      await product(...operands(3, 5, 7, tA, tB, [4], [1]))
    }
  }
})

// The cpu backend takes the batch modulo its size here, which is not broadcasting.
test('each batch axis broadcasts by itself', async () => {
  const a: Plain = { values: [1, 2], shape: [2, 1, 1, 1], dtype: 'float32' }
  const b: Plain = { values: [10, 20, 30, 40, 50, 60], shape: [1, 3, 1, 2], dtype: 'float32' }
  const c = await onWasm('BatchMatMul', { a, b }, { transposeA: false, transposeB: false })
  expect(c.shape).toEqual([2, 3, 1, 2])
  expect(c.values).toEqual([10, 20, 30, 40, 50, 60, 20, 40, 60, 80, 100, 120])
})

test('an empty sum is zero and an empty result is empty', async () => {
  const none = await onWasm(
    'BatchMatMul',
    { a: random([1, 2, 0]), b: random([1, 0, 3]) },
    { transposeA: false },
  )
  expect(none.values).toEqual([0, 0, 0, 0, 0, 0])
  const empty = await onWasm('BatchMatMul', { a: random([1, 0, 2]), b: random([1, 2, 3]) }, {})
  expect(empty).toMatchObject({ shape: [1, 0, 3], values: [] })
})

test('not-a-number and infinities appear where cpu has them', async () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const n of [3, 9, 16]) {
      const [a, b] = operands(6, n, 5, false, false, [1])
      const spoilt = { ...a, values: [...a.values].map((v, i) => (i === 7 ? bad : v)) }
      await product(spoilt, b)
    }
  }
})

test('integers and unequal inner sizes are refused', async () => {
  const int = { values: [1, 2], shape: [1, 1, 2], dtype: 'int32' as const }
  await expect(onWasm('BatchMatMul', { a: int, b: random([1, 2, 1]) }, {})).rejects.toThrow(
    'matMul (wasm): expected float32, got int32 and float32',
  )
  await expect(onWasm('BatchMatMul', { a: random([1, 2, 3]), b: random([1, 4, 2]) }, {})).rejects.toThrow(
    'expected equal inner sizes, got 3 and 4',
  )
})
