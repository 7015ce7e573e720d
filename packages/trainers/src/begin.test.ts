import { adam, type Engine, release, type State, sgd, tensorsOf } from '@equilibria/core'
import { getBackend, memory, setBackend, tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { CheckpointError, memoryStore } from './checkpoint.ts'
import { memoryLogger } from './loggers/memory.ts'
import { ema } from './slots/ema.ts'
import { ring, tinyGame } from './tiny.fixture.ts'
import { train } from './train.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const small = { game: tinyGame(4), optimizer: adam(1e-3), data: ring, batch: 4 }
const done = <P extends State>(run: { state: P }) => release(tensorsOf(run.state))

describe('resuming', () => {
  it('continues the newest checkpoint, counting time and steps on', async () => {
    const store = memoryStore()
    const logger = memoryLogger()
    done(await train({ ...small, steps: 6, store, seed: 5, every: { log: 2 }, loggers: [logger] }))
    const run = await train({ ...small, steps: 10, store, seed: 5, every: { log: 2 }, loggers: [logger] })
    expect(run.from).toBe(6)
    expect(run.notes).toEqual(['continuing from step 6'])
    expect(logger.entries.map(e => e.step)).toEqual([2, 4, 6, 8, 10])
    expect(logger.entries.map(e => e.seconds)).toEqual(
      logger.entries.map(e => e.seconds).sort((a, b) => a - b),
    )
    done(run)
    const nothing = await train({ ...small, steps: 10, store })
    expect(nothing.state.step).toBe(10)
    done(nothing)
  })

  it.each([
    ['another seed', { seed: 6 }, /another seed than 6/],
    [
      'another width',
      { game: tinyGame(5) },
      /not of this game: .*kernel is float32 \[2,4\] there and float32 \[2,5\] here.*and \d+ more/,
    ],
    ['another optimizer', { optimizer: sgd(0.1) }, /not of this game/],
    ['other slots', { slots: { ema: ema(0.9) } }, /slots\/ema\/average\/.* is missing there/],
    ['a fresh start', { resume: false }, /holds checkpoints up to step 3 of an earlier run/],
  ])('refuses %s and leaks nothing', async (_, change, message) => {
    const store = memoryStore()
    done(await train({ ...small, steps: 3, store, seed: 5 }))
    const before = memory().numTensors
    const failing = train({ ...small, steps: 10, store, ...(change as object) })
    await expect(failing).rejects.toThrow(message)
    expect(memory().numTensors).toBe(before)
  })

  it('says when it will not be bit-exact', async () => {
    const store = memoryStore()
    done(await train({ ...small, steps: 1, store, recipe: { loss: 'a', steps: 1 } }))
    const other: Engine = {
      name: 'other',
      prepare: step => ({ name: 'compiled', advance: step.next }),
    }
    const run = await train({
      ...small,
      steps: 2,
      batch: 8,
      store,
      engine: other,
      recipe: { loss: 'b', steps: 2 },
    })
    expect(run.notes).toEqual([
      'continuing from step 1',
      `the checkpoint was written on ${getBackend()} (eager) and continues on ${getBackend()} (compiled): within rounding, but not bit-exact`,
      expect.stringMatching(/the batch was 4 and is now 8/),
      'the recipe changed since the checkpoint: loss',
    ])
    done(run)
  })

  it('says that another device is another place', async () => {
    const store = memoryStore()
    done(await train({ ...small, steps: 1, store, device: 'one GPU' }))
    const same = await train({ ...small, steps: 2, store, device: 'one GPU' })
    expect(same.notes).toEqual(['continuing from step 1'])
    const other = await train({ ...small, steps: 3, store, device: 'another' })
    expect(other.notes[1]).toBe(
      `the checkpoint was written on ${getBackend()} on one GPU (eager) and continues on ${getBackend()} on another (eager): within rounding, but not bit-exact`,
    )
    done(same)
    done(other)
  })

  it('goes on training when a checkpoint cannot be written, and fails only if the last cannot', async () => {
    const store = memoryStore()
    let fail = true
    const flaky = {
      ...store,
      load: store.load,
      save: async (s: Parameters<typeof store.save>[0]) => {
        if (fail) throw new Error('disk full')
        await store.save(s)
      },
    }
    const onStep = (s: State) => {
      if (s.step === 6) fail = false
    }
    const run = await train({ ...small, steps: 8, store: flaky, every: { checkpoint: 5 }, onStep })
    expect(run.notes).toEqual([expect.stringMatching(/no checkpoint was written at step 5 \(disk full\)/)])
    expect(store.last!.step).toBe(8)
    done(run)
    fail = true
    await expect(train({ ...small, steps: 9, store: flaky })).rejects.toThrow('disk full')
  })

  it('keeps extras beside the state and does not take them for the state', async () => {
    const store = memoryStore()
    const extras = () => ({ standing: { 'generator/mean': tensor([1, 2]) } })
    done(await train({ ...small, steps: 2, store, extras }))
    expect([...store.last!.tensors.standing!.get('generator/mean')!.data]).toEqual([1, 2])
    done(await train({ ...small, steps: 3, store, extras }))
    await expect(train({ ...small, steps: 4, store, extras: () => ({ params: {} }) })).rejects.toThrow(
      /branch "params" already/,
    )
  })

  it('is a CheckpointError where nothing is to be resumed', async () => {
    const failing = train({ ...small, steps: 1, store: memoryStore(), resume: true })
    await expect(failing).rejects.toBeInstanceOf(CheckpointError)
  })
})
