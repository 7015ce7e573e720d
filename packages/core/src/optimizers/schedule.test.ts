import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { scalar, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { at, cosine, exponential, hold, linear, piecewise, type Schedule, warmup } from './schedule.ts'

const read = async (schedule: Schedule, t: number) => (await at(schedule, scalar(t)).data())[0]!

const cases: [name: string, schedule: Schedule, expected: (t: number) => number][] = [
  ['a constant', 0.3, () => 0.3],
  ['linear, down', linear(1, 0.2, 10), t => (t < 10 ? 1 - 0.08 * t : 0.2)],
  ['linear, up', linear(0.5, 0.7, 250), t => (t < 250 ? 0.5 + (0.2 * t) / 250 : 0.7)],
  ['cosine', cosine(1, 0.1, 40), t => (t < 40 ? 0.1 + 0.45 * (1 + Math.cos((Math.PI * t) / 40)) : 0.1)],
  ['exponential', exponential(2, 0.9), t => 2 * 0.9 ** t],
  ['exponential with a floor', exponential(2, 0.9, 0.05), t => Math.max(0.05, 2 * 0.9 ** t)],
  ['piecewise', piecewise([3, 7], [1, 0.5, 0.1]), t => (t < 3 ? 1 : t < 7 ? 0.5 : 0.1)],
  ['piecewise of one piece', piecewise([], [0.4]), () => 0.4],
  ['a schedule that is held first', hold(8, linear(1, 0, 12)), t => Math.min(1, Math.max(0, (20 - t) / 12))],
  ['a warmup of a constant', warmup(4, 0.8), t => 0.8 * Math.min(1, (t + 1) / 4)],
  [
    'a warmup of a schedule',
    warmup(5, linear(1, 0, 20)),
    t => Math.min(1, (t + 1) / 5) * Math.max(0, 1 - t / 20),
  ],
]

describe.each(['cpu', 'wasm'])('schedules on %s', backend => {
  beforeAll(() => setBackend(backend))

  it.each(cases)('%s', async (_, schedule, expected) => {
    for (const t of [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 19, 20, 39, 40, 41, 100, 250, 1e6])
      expect(await read(schedule, t), `t = ${t}`).toBeCloseTo(expected(t), 6)
  })
})

describe('schedules', () => {
  beforeAll(() => setBackend('cpu'))

  it('decay by 1/1.000004 a step is right after a million steps, though no float32 holds that rate', async () => {
    const value = await read(exponential(0.1, 1 / 1.000004, 1e-6), 1e6)
    expect(value / (0.1 * Math.exp(-1e6 * Math.log(1.000004)))).toBeCloseTo(1, 5)
    expect(await read(exponential(0.1, 1 / 1.000004, 1e-6), 1e7)).toBeCloseTo(1e-6, 12)
  })

  it.each<[what: string, make: () => Schedule, message: string]>([
    ['linear', () => linear(1, 0, 0), 'linear: steps must be a number > 0, got 0'],
    ['cosine', () => cosine(1, 0, -5), 'cosine: steps must be a number > 0, got -5'],
    ['exponential', () => exponential(1, 0), 'exponential: rate must be a number > 0, got 0'],
    ['hold', () => hold(0, 1), 'hold: steps must be a number > 0, got 0'],
    ['warmup', () => warmup(Number.NaN, 1), 'warmup: steps must be a number > 0, got NaN'],
    ['piecewise', () => piecewise([1, 2], [1, 2]), 'piecewise: 2 boundaries need 3 values, got 2'],
    ['piecewise', () => piecewise([5, 3], [1, 2, 3]), 'piecewise: boundaries must increase, got 5, 3'],
  ])('%s refuses what it cannot follow (%#)', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
