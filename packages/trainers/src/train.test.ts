import {
  adam,
  alternating,
  type Batch,
  type Game,
  makeStep,
  release,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
} from '@equilibria/core'
import { getBackend, memory, mul, type Scalar, scalar, setBackend, tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { CheckpointError, memoryStore } from './checkpoint.ts'
import { DivergenceError } from './divergence.ts'
import { type Engine, eager } from './engine.ts'
import type { Source } from './feed.ts'
import { memoryLogger } from './loggers/memory.ts'
import { ema } from './slots/ema.ts'
import { bitsOf, logistic, ring, tinyGame } from './tiny.fixture.ts'
import { train } from './train.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const small = { game: tinyGame(4), optimizer: adam(1e-3), data: ring, batch: 4 }
const done = <P extends State>(run: { state: P }) => release(tensorsOf(run.state))

describe('train', () => {
  it('takes the steps that calling the step by hand takes', async () => {
    const run = await train({ ...small, dynamics: alternating({ critic: 2 }), steps: 5, seed: 3 })
    const step = makeStep({
      game: small.game,
      optimizer: small.optimizer,
      dynamics: alternating({ critic: 2 }),
    })
    let state = step.init(3)
    const { dataKey } = await import('./begin.ts')
    const key = dataKey(state)
    for (let t = 0; t < 5; t++)
      state = step.next(
        state,
        [0, 1].map(d => ring.at({ step: 2 * t + d, n: 4, key }) as Batch),
      )
    expect(await bitsOf(tensorsOf(run.state))).toEqual(await bitsOf(tensorsOf(state)))
    expect(run.state.step).toBe(5)
    expect(run.stopped).toBe(false)
    done(run)
  })

  it('learns: the generated radius comes to the data', async () => {
    const run = await train({
      game: tinyGame(16),
      optimizer: adam(1e-2, { beta1: 0.5 }),
      data: ring,
      batch: 32,
      steps: 400,
      seed: 1,
    })
    expect(run.stats.critic!.loss).toBeGreaterThan(0.9)
    expect(run.stats.critic!.loss).toBeLessThan(1.5)
    done(run)
  })

  it('keeps the number of tensors constant over a thousand steps and frees everything but the last state', async () => {
    const before = memory().numTensors
    const counts = new Set<number>()
    const bytes = new Set<number>()
    const run = await train({
      ...small,
      optimizer: sgd(0.01, { momentum: 0.5 }),
      slots: { ema: ema(0.9, { rampup: 0.05 }) },
      steps: 1000,
      store: memoryStore(),
      every: { log: 10, checkpoint: 100, sample: 100 },
      onSample: () => [{ name: 'x', png: new Uint8Array(1) }],
      extras: () => ({ standing: { mean: tensor([1, 2]) } }),
      loggers: [memoryLogger()],
      onStep: ({ step }) => {
        if (step % 10 !== 5) return // Elsewhere the read in flight is sometimes over already.
        counts.add(memory().numTensors)
        bytes.add(memory().numBytes)
      },
    })
    expect(counts.size).toBe(1)
    expect(bytes.size).toBe(1)
    done(run)
    expect(memory().numTensors).toBe(before)
  })

  it('starts no step before the one before the last has been read', async () => {
    let begun = 0
    let read = 0
    const slow: Engine = {
      name: 'slow',
      prepare: step => (state, batches) => {
        begun++
        expect(begun - read).toBeLessThanOrEqual(2)
        const next = step.next(state, batches)
        return next
      },
    }
    const logger = { progress: () => void read++ }
    done(await train({ ...small, steps: 20, engine: slow, loggers: [logger] }))
    expect(read).toBe(20)
  })

  it('awaits engines and data that are asynchronous', async () => {
    const wait = () => new Promise(r => setTimeout(r, 1))
    const late: Engine = {
      name: 'late',
      prepare: step => async (state, batches) => {
        await wait()
        return step.next(state, batches)
      },
    }
    const data: Source<Batch> = {
      at: async q => {
        await wait()
        return ring.at(q)
      },
    }
    const [a, b] = [
      await train({ ...small, steps: 6 }),
      await train({ ...small, data, engine: late, steps: 6 }),
    ]
    expect(await bitsOf(a.state.params)).toEqual(await bitsOf(b.state.params))
    done(a)
    done(b)
  })

  it('gives the event loop its turns', async () => {
    let ticks = 0
    const timer = setInterval(() => void ticks++, 5)
    let longest = 0
    let last = performance.now()
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    done(await train({ ...small, steps: 400 }))
    clearInterval(timer)
    clearInterval(watch)
    expect(ticks).toBeGreaterThan(5)
    expect(longest).toBeLessThan(500)
  })

  it('stops after the current step when told to, and saves', async () => {
    const before = memory().numTensors
    const store = memoryStore()
    const stop = new AbortController()
    const logger = memoryLogger()
    const run = await train({
      ...small,
      steps: 100,
      store,
      signal: stop.signal,
      loggers: [logger],
      onStep: ({ step }) => {
        if (step === 7) stop.abort()
      },
    })
    expect(run.stopped).toBe(true)
    expect(run.state.step).toBe(7)
    expect(store.last!.step).toBe(7)
    expect(logger.summary).toMatchObject({ step: 7, stopped: true })
    done(run)
    expect(memory().numTensors).toBe(before)
  })

  it('logs at the steps asked for and at the last, each with its own numbers', async () => {
    const logger = memoryLogger()
    const costs: number[] = []
    const run = await train({
      ...small,
      steps: 25,
      every: { log: 10 },
      loggers: [logger],
      onStep: async s => void costs.push((await s.stats.critic.cost!.data())[0]!),
    })
    expect(logger.entries.map(e => e.step)).toEqual([10, 20, 25])
    expect(logger.entries.map(e => e.stats.critic!.cost)).toEqual([costs[9], costs[19], costs[24]])
    expect(logger.entries.every(e => e.imagesPerSecond > 0 && e.seconds > 0)).toBe(true)
    expect(logger.run).toMatchObject({ from: 0, steps: 25, batch: 4, players: { critic: 17, generator: 22 } })
    done(run)
  })

  it('is not stopped by loggers that fail', async () => {
    const seen = memoryLogger()
    const broken = {
      start: () => {
        throw new Error('no disk')
      },
      progress: () => {
        throw new Error('no terminal')
      },
      log: async () => Promise.reject(new Error('no network')),
      note: () => Promise.reject(new Error('no ears')),
    }
    const run = await train({ ...small, steps: 10, every: { log: 1 }, loggers: [broken, seen] })
    expect(seen.entries).toHaveLength(10)
    expect(run.notes).toEqual([expect.stringMatching(/a logger failed \(no disk\); training goes on/)])
    expect(seen.notes).toEqual(run.notes)
    done(run)
  })

  it('plays games without a critic, everyone in turn', async () => {
    // min over x of x y, max over y: player y sees the x that has just moved.
    type Two = { x: Scalar; y: Scalar }
    const pull = (sign: number) => (all: Two) => ({ cost: mul(sign, mul(all.x, all.y)) as Scalar })
    const game: Game<Two, Batch> = {
      x: { init: () => scalar(1), cost: pull(1) },
      y: { init: () => scalar(1), cost: pull(-1) },
    }
    const run = await train({ game, optimizer: sgd(0.5), data: ring, batch: 1, steps: 1 })
    expect((await run.state.params.x.data())[0]).toBe(0.5)
    expect((await run.state.params.y.data())[0]).toBe(1.25)
    done(run)
  })

  it.each([
    [{ batch: 0 }, /batch must be/],
    [{ steps: 1.5 }, /steps must be/],
    [{ every: { log: -1 } }, /every\.log must be/],
    [{ every: { logs: 1 } as never }, /unknown "every\.logs"/],
    [{ resume: true }, /no checkpoint to resume from/],
  ])('refuses %o', async (wrong, message) => {
    const before = memory().numTensors
    await expect(train({ ...small, steps: 1, ...wrong })).rejects.toThrow(message)
    expect(memory().numTensors).toBe(before)
  })

  it('says for which step there was no data, and leaks nothing', async () => {
    const before = memory().numTensors
    const data: Source<Batch> = {
      at: q => {
        if (q.step === 7) throw new Error('file gone')
        return ring.at(q)
      },
    }
    const logger = memoryLogger()
    const failing = train({
      ...small,
      data,
      dynamics: alternating({ critic: 2 }),
      steps: 9,
      loggers: [logger],
    })
    await expect(failing).rejects.toThrow('no data for step 4: file gone')
    expect(logger.summary!.error!.message).toMatch(/file gone/)
    expect(memory().numTensors).toBe(before)
  })
})

describe('divergence', () => {
  /** The logistic loss until `step`, then something else for the critic's. */
  const breaksAt = (step: number) =>
    ({
      name: 'breaks',
      prepare: s => (state, batches) =>
        s.next(
          state,
          state.step + 1 === step
            ? (batches.map(() => ({ data: tensor([[Number.NaN, 0]]) })) as never)
            : batches,
        ),
    }) satisfies Engine

  it('stops with the player, the term and the step, and keeps the last good checkpoint', async () => {
    const before = memory().numTensors
    const store = memoryStore()
    const failing = train({
      ...small,
      dynamics: simultaneous(),
      steps: 50,
      store,
      every: { checkpoint: 10 },
      engine: breaksAt(23),
    })
    const error = await failing.then(
      () => undefined,
      e => e as DivergenceError,
    )
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({ player: 'critic', term: 'real', step: 23 })
    expect(error!.message).toMatch(
      /step 23: critic\/real is NaN \(it was .* a step earlier\); so are critic\/loss/,
    )
    expect(error!.message).toMatch(/checkpoint of step 20 in memory is sound/)
    expect(store.last!.step).toBe(20)
    for (const { data } of store.last!.tensors.params!.values())
      expect(data.every(Number.isFinite)).toBe(true)
    expect(memory().numTensors).toBeLessThanOrEqual(before + 1) // The tensor this test made itself.
  })

  it('does not save parameters broken by the very step that is saved', async () => {
    const store = memoryStore()
    const failing = train({
      ...small,
      steps: 20,
      store,
      every: { checkpoint: 10 },
      engine: breaksAt(10),
      dynamics: simultaneous(),
    })
    await expect(failing).rejects.toMatchObject({ step: 10 })
    expect(store.last).toBeUndefined()
  })

  it('finds bad parameters behind finite costs', async () => {
    const store = memoryStore()
    // The gradient of sqrt at 0 is not finite, its value is.
    const { sqrt, mul, mean: average, add: plus } = await import('@tensorflow/tfjs-core')
    const loss = {
      ...logistic,
      critic: (real: never, fake: never) => plus(logistic.critic(real, fake), sqrt(mul(average(real), 0))),
    }
    const failing = train({
      ...small,
      game: tinyGame(4, loss as never),
      dynamics: simultaneous(),
      steps: 1,
      store,
    })
    const error = await failing.then(
      () => undefined,
      e => e as DivergenceError,
    )
    expect(error).toMatchObject({ player: 'critic', step: 1 })
    expect(error!.term).toMatch(/^params\/critic\//)
    expect(store.last).toBeUndefined()
  })
})

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
    const other: Engine = { ...eager(), name: 'compiled' }
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
