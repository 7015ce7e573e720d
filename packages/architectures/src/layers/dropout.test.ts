import { key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { training, values } from '../testing.fixture.ts'
import { dropout } from './dropout.ts'
import { sequential } from './sequential.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('dropout', () => {
  it('keeps the share it is told to, scaled so that the mean stays', () => {
    const y = values(dropout(0.8).apply({}, ones([100, 100]), training()))
    const kept = y.filter(v => v !== 0)
    expect(kept.every(v => Math.abs(v - 1.25) < 1e-6)).toBe(true)
    expect(Math.abs(kept.length / 1e4 - 0.8)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / 1e4))
  })

  it('takes its mask from the key, and from the place in the network', () => {
    const mask = (seed: number) => values(dropout(0.5).apply({}, ones([50]), training({ key: key(seed) })))
    expect(mask(1)).toEqual(mask(1))
    expect(mask(1)).not.toEqual(mask(2))
    const twice = values(sequential([dropout(0.5), dropout(0.5)]).apply([{}, {}], ones([1000]), training()))
    const kept = twice.filter(v => v !== 0).length
    // One mask twice would keep half.
    expect(Math.abs(kept - 250)).toBeLessThan(60)
  })

  it('does nothing in sample mode', () => {
    expect(values(dropout(0.5).apply({}, ones([4]), sampling()))).toEqual([1, 1, 1, 1])
    expect(() => dropout(0)).toThrow('probability of keeping in (0, 1], got 0')
  })
})
