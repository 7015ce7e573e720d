import { fusedKernels } from '@equilibria/core'
import { expect, test } from 'vitest'
import { onWasm, type Plain, random } from '../compare.fixture.ts'

const y: Plain = {
  values: [
    -2,
    -0,
    0,
    1e-30,
    0.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    -0.25,
    0.75,
    1,
  ],
  shape: [11],
  dtype: 'float32',
}
const dy = random([11])

test.each([0, 0.2, 1])('of leakyRelu with slope %s: dy times the step, to the bit', async alpha => {
  const slope = await onWasm('Step', { x: y }, { alpha })
  const expected = await onWasm('Multiply', { a: dy, b: { ...y, values: slope.values } })
  expect(await onWasm(fusedKernels.leakyReluGrad, { dy, y }, { alpha })).toEqual(expected)
})

test('of tanh: dy times 1 - y^2, to the bit', async () => {
  const square = await onWasm('Square', { x: y })
  const one: Plain = { values: [1], shape: [1], dtype: 'float32' }
  const slope = await onWasm('Sub', { a: one, b: { ...y, values: square.values } })
  const expected = await onWasm('Multiply', { a: dy, b: { ...y, values: slope.values } })
  expect(await onWasm(fusedKernels.tanhGrad, { dy, y })).toEqual(expected)
})
