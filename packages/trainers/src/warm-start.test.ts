import { adam, alternating, makeStep, release, tensorsOf } from '@equilibria/core'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from './checkpoint.ts'
import { type EmaState, ema } from './slots/ema.ts'
import { bitsOf, ring, tinyGame } from './tiny.fixture.ts'
import { train } from './train.ts'
import { warmStart } from './warm-start.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const parts = {
  game: tinyGame(4),
  optimizer: adam(1e-3),
  slots: { ema: ema(0.5, { players: ['generator'] }) },
}
const stepOf = (game = parts.game) => makeStep({ ...parts, game, dynamics: alternating() })

/** Another run's checkpoint. */
const trained = async () => {
  const store = memoryStore()
  const run = await train({ ...parts, data: ring, batch: 4, steps: 4, seed: 9, store })
  return { snapshot: store.last!, run }
}

describe('warmStart', () => {
  it('takes the weights, begins averages at them, and leaves the rest fresh', async () => {
    const { snapshot, run } = await trained()
    const fresh = stepOf().init(1)
    const { state, copied, left } = warmStart(fresh, snapshot)
    expect(await bitsOf(state.params)).toEqual(await bitsOf(run.state.params))
    const average = (state.slots.ema as unknown as EmaState).average
    expect(await bitsOf(average.generator!)).toEqual(await bitsOf(run.state.params.generator))
    expect(state.step).toBe(0)
    expect(state.optimizers).toBe(fresh.optimizers)
    expect(copied).toHaveLength(8)
    expect(left).toEqual([])
  })

  it('takes an average where asked, for the players asked for', async () => {
    const { snapshot, run } = await trained()
    const fresh = stepOf().init(1)
    const { state, left } = warmStart(fresh, snapshot, { from: 'ema', players: ['generator'] })
    const average = (run.state.slots.ema as unknown as EmaState).average
    expect(await bitsOf(state.params.generator)).toEqual(await bitsOf(average.generator!))
    expect(state.params.critic).toEqual(fresh.params.critic)
    expect(left.map(l => l.why)).toEqual(Array(4).fill('its player was not asked for'))
  })

  it('reports what does not fit', async () => {
    const { snapshot } = await trained()
    const { copied, left } = warmStart(stepOf(tinyGame(6)).init(1), snapshot)
    // Only the biases of the last layers have the same shape.
    expect(copied).toEqual(['critic/1/bias', 'generator/1/bias'])
    expect(left).toContainEqual({ path: 'critic/0/kernel', why: 'it is [2,4] in the source and [2,6] here' })
  })

  it('refuses a source without anything to take', async () => {
    const { snapshot } = await trained()
    const fresh = stepOf().init(1)
    expect(() => warmStart(fresh, snapshot, { players: ['artist'] })).toThrow(/no player "artist"/)
    expect(() => warmStart(fresh, snapshot, { from: 'swa' })).toThrow(
      /no average "swa"; it has "params", "ema"/,
    )
    expect(() => warmStart(fresh, { tensors: { params: new Map() } })).toThrow(/no parameter matches/)
  })

  it('is the start of a run, once, without leaks', async () => {
    const { snapshot, run } = await trained()
    const before = memory().numTensors
    let started = 0
    const options = { ...parts, data: ring, batch: 4, seed: 2, store: memoryStore() }
    const start = (s: typeof run.state) => {
      started++
      return warmStart(s, snapshot).state
    }
    const none = await train({ ...options, steps: 0, start })
    expect(await bitsOf(none.state.params)).toEqual(await bitsOf(run.state.params))
    release(tensorsOf(none.state))
    release(tensorsOf((await train({ ...options, steps: 1, start })).state))
    expect(started).toBe(1)
    expect(memory().numTensors).toBe(before)
  })
})
