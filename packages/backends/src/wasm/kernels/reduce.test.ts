import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, onCpu, onWasm, random } from '../compare.fixture.ts'

const names = ['Sum', 'Mean', 'Prod', 'Max', 'Min']
const attrs = (name: string, axis: number[], keepDims = false) =>
  name === 'Max' ? { reductionIndices: axis, keepDims } : { axis, keepDims }

test.each(names)('%s agrees with cpu over any axes of any shape', async name => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), reduce: fc.boolean() }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.boolean(),
      async (axes, keepDims) => {
        const chosen = axes.flatMap(({ reduce }, i) => (reduce ? [i] : []))
        fc.pre(chosen.length > 0)
        await compare(
          name,
          {
            x: random(
              axes.map(a => a.size),
              5,
            ),
          },
          attrs(name, chosen, keepDims),
          3e-6,
        )
      },
    ),
    { numRuns: 60 },
  )
})

test.each(names)('%s agrees with cpu on long rows and wide columns', async name => {
  const scale = name === 'Prod' ? 0.01 : 1
  const near = (shape: number[]) => {
    const x = random(shape, 8, scale)
    return name === 'Prod' ? { ...x, values: [...x.values].map(v => 1 + v) } : x
  }
  for (const [shape, axis] of [
    [[5000], [0]],
    [[700, 37], [0]],
    [[3, 300, 20], [1]],
    [[19, 530], [1]],
    [
      [4, 9, 9, 21],
      [0, 1, 2],
    ],
    [
      [4, 9, 9, 21],
      [1, 2],
    ],
    [
      [4, 9, 9, 21],
      [0, 3],
    ],
  ] as [number[], number[]][]) {
    await compare(name, { x: near(shape) }, attrs(name, axis), 1e-5)
  }
})

test('a million equal numbers keep their digits', async () => {
  const n = 1 << 20
  const x = {
    values: Float32Array.from({ length: n }, () => 0.1) as never,
    shape: [n],
    dtype: 'float32' as const,
  }
  const { values } = await onWasm('Sum', { x }, attrs('Sum', [0]))
  expect(Math.abs(values[0]! / (n * Math.fround(0.1)) - 1)).toBeLessThan(1e-6)
  const columns = await onWasm('Sum', { x: { ...x, shape: [n / 4, 4] } }, attrs('Sum', [0]))
  for (const v of columns.values) expect(Math.abs(v / ((n / 4) * Math.fround(0.1)) - 1)).toBeLessThan(2e-5)
})

test('not-a-number and infinities reach the result', async () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const shape of [
      [9, 19],
      [19, 9],
    ]) {
      const x = random(shape, 2)
      const spoilt = { ...x, values: [...x.values].map((v, i) => (i === 30 ? bad : v)) }
      for (const axis of [[0], [1], [0, 1]]) {
        for (const name of names) await compare(name, { x: spoilt }, attrs(name, axis), 1e-5)
      }
    }
  }
})

test('a reduction over nothing gives what cpu gives', async () => {
  for (const name of ['Sum', 'Prod', 'Mean']) {
    const cpu = await onCpu(name, { x: random([0, 3]) }, attrs(name, [0]))
    const wasm = await onWasm(name, { x: random([0, 3]) }, attrs(name, [0]))
    expect({ name, ...wasm }).toEqual({ name, ...cpu })
  }
})

test('integers: sums stay whole, the mean becomes float32', async () => {
  const x = { values: [1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: 'int32' as const }
  for (const name of names) await compare(name, { x }, attrs(name, [0]))
})
