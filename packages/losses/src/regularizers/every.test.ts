import '@tensorflow/tfjs-backend-cpu'
import { clockAt, type Regularizer } from '@equilibria/core'
import { add, type Scalar, scalar, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { every } from './every.ts'
import { r1 } from './r1.ts'
import { costOf, linear, read, sceneOf } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('every', () => {
  it('computes the term at every k-th step only, times k', async () => {
    const asked: number[] = []
    const term: Regularizer = ({ clock }) => {
      asked.push(clock.step.dataSync()[0]!)
      return add(clock.step, 1) as Scalar
    }
    const lazy = every(4, term)
    const values: number[] = []
    for (let step = 0; step < 10; step++)
      values.push(await read(costOf(lazy, sceneOf(linear(1, 1), { clock: clockAt(step) }))))
    expect(asked).toEqual([3, 7])
    expect(values).toEqual([0, 0, 0, 16, 0, 0, 0, 32, 0, 0])
  })

  it('has the mean of its term over whole periods', async () => {
    for (const k of [1, 3, 16]) {
      const lazy = every(k, () => scalar(0.5))
      let total = 0
      for (let step = 0; step < 2 * k; step++)
        total += await read(costOf(lazy, sceneOf(linear(1, 1), { clock: clockAt(step) })))
      expect(total / (2 * k)).toBeCloseTo(0.5, 6)
    }
  })

  it('refuses what makes terms when it is made, and a function that gives one at its first turn', async () => {
    expect(() => every(1, r1 as never)).toThrow(
      'every(1, term): got r1, which makes terms, instead of a term: call it, as in r1(...)',
    )
    const mine = () => r1(1)
    expect(() => costOf(every(1, mine as never), sceneOf(linear(1, 1)))).toThrow(
      'the term of every(1, term) gave a function, as what makes terms does: call it, as in mine(...)',
    )
  })

  it.each([0, -2, 1.5, Number.NaN])('refuses k = %s when it is made', k => {
    expect(() => every(k, () => scalar(0))).toThrow(`every: k must be a whole number of steps >= 1, got ${k}`)
  })
})
