import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, type Plain, random } from '../compare.fixture.ts'

const names = [
  ...['Maximum', 'Minimum', 'Greater', 'GreaterEqual'],
  ...['Less', 'LessEqual', 'Equal', 'NotEqual'],
]

/** Few different values, so that equal ones meet; with not-a-number and infinities. */
const special = [0, -0, 1, -1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const mixed = (shape: number[], seed: number): Plain => {
  const x = random(shape, seed)
  const pick = (v: number) => special[Math.abs(Math.floor(v * 97)) % special.length]!
  return { ...x, values: [...x.values].map(pick) }
}

test.each(names)(
  '%s agrees with cpu on any two shapes that broadcast, special values included',
  async name => {
    const axis = fc.record({ size: fc.integer({ min: 1, max: 6 }), a: fc.boolean(), b: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { maxLength: 4 }), fc.nat(2), fc.nat(2), async (axes, dropA, dropB) => {
        const a = axes.map(({ size, a }) => (a ? size : 1)).slice(dropA)
        const b = axes.map(({ size, b }) => (b ? size : 1)).slice(dropB)
        await compare(name, { a: mixed(a, 1), b: mixed(b, 2) })
      }),
      { numRuns: 40 },
    )
  },
)

test('long rows, columns, scalars and empty tensors', async () => {
  for (const name of ['Maximum', 'Greater']) {
    await compare(name, { a: mixed([7, 65], 1), b: mixed([65], 2) })
    await compare(name, { a: mixed([7, 1], 1), b: mixed([7, 65], 2) })
    await compare(name, { a: mixed([], 1), b: mixed([7, 65], 2) })
    await compare(name, { a: mixed([0, 5], 1), b: mixed([5], 2) })
    await compare(name, { a: mixed([3, 1, 4, 1], 1), b: mixed([2, 1, 9], 2) })
  }
})

test('integers stay with the stock kernel', async () => {
  const a = { values: [1, 5, 3], shape: [3], dtype: 'int32' as const }
  const b = { values: [2, 5, 1], shape: [3], dtype: 'int32' as const }
  for (const name of names) await compare(name, { a, b })
})

test('select chooses element by element in float32 and int32', async () => {
  for (const shape of [[], [3], [5, 7], [0, 2]]) {
    const size = shape.reduce((n, s) => n * s, 1)
    const values = Array.from({ length: size }, (_, i) => Number(i % 3 === 0))
    const condition = { values, shape, dtype: 'bool' as const }
    const [t, e] = [mixed(shape, 4), mixed(shape, 5)]
    await compare('Select', { condition, t, e })
    const whole = (x: Plain): Plain => ({ ...x, values: [...x.values].map((_, i) => i * 3), dtype: 'int32' })
    await compare('Select', { condition, t: whole(t), e: whole(e) })
  }
})

test('select by rows stays with the stock kernel', async () => {
  const condition = { values: [1, 0], shape: [2], dtype: 'bool' as const }
  const chosen = await compare('Select', { condition, t: random([2, 3], 1), e: random([2, 3], 2) })
  expect(chosen.shape).toEqual([2, 3])
})
