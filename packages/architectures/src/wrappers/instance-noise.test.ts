import { type Context, clockAt, key, linear, type Network, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, values } from '../testing.fixture.ts'
import { instanceNoise } from './instance-noise.ts'

beforeAll(() => setBackend('cpu'))

const seeing: Network = { init: () => ({}), apply: (_, x) => x, features: (_, x) => [x] }
const training = (over: Partial<Context> = {}): Context => ({
  ...sampling(),
  mode: 'train',
  key: key(3),
  ...over,
})
const x = zeros([500, 2])
const spread = (numbers: readonly number[]) =>
  Math.sqrt(numbers.reduce((sum, v) => sum + v * v, 0) / numbers.length)

describe('instanceNoise', () => {
  it('shows rows through noise of its deviation, while training', () => {
    const noisy = instanceNoise(0.5, seeing)
    expect(spread(values(noisy.apply({}, x, training())))).toBeCloseTo(0.5, 1)
    expectClose(noisy.apply({}, x, sampling()), values(x))
  })

  it('is keyed, and shows features the same', () => {
    const noisy = instanceNoise(0.5, seeing)
    const of = (seed: number) => values(noisy.apply({}, x, training({ key: key(seed) })))
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
    expect(values(noisy.features!({}, x, training())[0]!)).toEqual(values(noisy.apply({}, x, training())))
  })

  it('fades with the steps of a schedule', () => {
    const noisy = instanceNoise(linear(1, 0, 10), seeing)
    const at = (step: number) => spread(values(noisy.apply({}, x, training({ clock: clockAt(step) }))))
    expect(at(5) / at(0)).toBeCloseTo(0.5, 5)
    expect(at(10)).toBe(0)
    expect(() => noisy.apply({}, x, training())).toThrow('the context has no clock')
  })

  it.each([-1, Number.NaN])('refuses a deviation of %s', deviation => {
    expect(() => instanceNoise(deviation, seeing)).toThrow(
      `instanceNoise: expected the deviation to be a number >= 0 or a schedule, got ${deviation}`,
    )
  })
})
