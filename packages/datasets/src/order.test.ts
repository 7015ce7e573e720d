import { key } from '@equilibria/core'
import { expect, test } from 'vitest'
import { order } from './order.ts'

const sequence = (size: number, n: number, steps: number, seed = 1) =>
  Array.from({ length: steps }, (_, step) => order(size, { step, n, key: key(seed) })).flat()

test('every epoch shows each row once, in an order of its own', () => {
  const all = sequence(10, 5, 6)
  const epochs = [all.slice(0, 10), all.slice(10, 20), all.slice(20, 30)]
  for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(epochs[0]).not.toEqual(epochs[1])
  expect(epochs[1]).not.toEqual(epochs[2])
})

test('the sequence does not depend on the batch size, and batches straddle epochs', () => {
  expect(sequence(10, 7, 10)).toEqual(sequence(10, 1, 70))
  expect(sequence(3, 14, 5)).toEqual(sequence(3, 7, 10))
})

test('a step is a function of its arguments: the hundredth can be had without the others', () => {
  expect(order(50, { step: 99, n: 8, key: key(3) })).toEqual(sequence(50, 8, 100, 3).slice(-8))
  expect(order(50, { step: 99, n: 8, key: key(4) })).not.toEqual(order(50, { step: 99, n: 8, key: key(3) }))
})

test('an endless dataset is read straight on', () => {
  expect(order(Infinity, { step: 2, n: 3, key: key(0) })).toEqual([6, 7, 8])
})

test.each([
  [{ step: 0, n: 0 }, 'batches need a positive whole number of rows, got 0'],
  [{ step: 0, n: 2.5 }, 'got 2.5'],
  [{ step: -1, n: 2 }, 'steps are whole numbers from 0, got -1'],
  [{ step: 0.5, n: 2 }, 'got 0.5'],
])('%o: %s', (query, message) => {
  expect(() => order(10, { ...query, key: key(0) })).toThrow(message)
})
