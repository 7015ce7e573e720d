import { clockAt, type Players, release, type Stats } from '@equilibria/core'
import { scalar, setBackend, tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EmaOptions, ema } from './ema.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const at = (g: number, c: number): Players => ({ generator: [scalar(g)], critic: { w: tensor([c, 2 * c]) } })
const now = (params: Players, step: number) => ({
  params,
  clock: clockAt(step),
  aux: {},
  stats: {} as { [p: string]: Stats },
})

/** The average of player `generator` after seeing `values`, the first being the initial weights. */
const run = async (decay: number, options: EmaOptions, values: number[]) => {
  const slot = ema(decay, options)
  let state = slot.init(at(values[0]!, 0), [0, 0])
  values.slice(1).forEach((v, i) => {
    state = slot.next(state, now(at(v, v), i + 1))
  })
  const averaged = (state.average.generator as never)[0] as ReturnType<typeof scalar>
  return (await averaged.data())[0]!
}

describe('ema', () => {
  it('follows its recursion', async () => {
    let expected = 1
    for (const v of [2, -3, 5]) expected = 0.9 * expected + 0.1 * v
    expect(await run(0.9, {}, [1, 2, -3, 5])).toBeCloseTo(expected, 6)
  })

  it('is the parameter itself with decay 0', async () => {
    expect(await run(0, {}, [1, 2, 7])).toBe(7)
    expect(await run(0, { rampup: 0.1 }, [1, 2, 7])).toBe(7)
  })

  it('has a half-life of at most rampup * t steps, and decay in the end', async () => {
    const [decay, rampup] = [0.9, 2]
    const values = [0, 1, 1, 1, 5, 5, 5, 5, 5]
    const expected = values.slice(1).reduce((a, v, i) => {
      const half = Math.min(Math.log(0.5) / Math.log(decay), (i + 1) * rampup)
      const keep = 0.5 ** (1 / half)
      return keep * a + (1 - keep) * v
    }, 0)
    expect(await run(decay, { rampup }, values)).toBeCloseTo(expected, 5)
    // The noise of the first weights is gone at once with StyleGAN2's ramp-up.
    expect(await run(0.999, { rampup: 0.05 }, [100, 1, 1])).toBeCloseTo(1, 3)
    expect(await run(0.999, {}, [100, 1, 1])).toBeGreaterThan(99)
  })

  it('averages everyone, or the players named', () => {
    const all = ema(0.9).init(at(1, 2), [0, 0])
    expect(Object.keys(all.average)).toEqual(['generator', 'critic'])
    expect(Object.keys(ema(0.9, { players: ['critic'] }).init(at(1, 2), [0, 0]).average)).toEqual(['critic'])
    release(all)
  })

  it.each([
    [() => ema(1), /decay must lie in \[0, 1\), got 1/],
    [() => ema(-0.1), /decay/],
    [() => ema(0.9, { rampup: 0 }), /rampup must be a number > 0/],
    [
      () => ema(0.9, { players: ['artist'] }).check!(['generator', 'critic']),
      /no player "artist"; its players are generator, critic/,
    ],
  ])('refuses what makes no average (%#)', (f, message) => {
    expect(f).toThrow(message)
  })
})
