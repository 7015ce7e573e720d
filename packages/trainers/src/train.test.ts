import {
  adam,
  alternating,
  type Batch,
  type Engine,
  fold,
  type Game,
  gan,
  gaussianLatent,
  makeStep,
  normal,
  release,
  type State,
  sampling,
  sgd,
  tensorsOf,
} from '@equilibria/core'
import { backend, mean, memory, mul, type Scalar, scalar, setBackend, tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { dataKey } from './begin.ts'
import { memoryStore } from './checkpoint.ts'
import type { Source } from './feed.ts'
import { memoryLogger } from './loggers/memory.ts'
import { ema } from './slots/ema.ts'
import { bitsOf, logistic, mlp, ring, tinyGame } from './tiny.fixture.ts'
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

  it('learns: what is generated comes to where the data is', async () => {
    const generator = mlp(1, 8, 1)
    const run = await train({
      game: gan({ generator, critic: mlp(1, 8, 1), latent: gaussianLatent(1), loss: logistic }),
      optimizer: adam(2e-2, { beta1: 0.5 }),
      data: { at: ({ step, n, key }) => ({ data: normal(fold(key, step), [n, 1], 3, 0.5) }) },
      batch: 32,
      steps: 200,
      seed: 1,
    })
    const generated = generator.apply(run.state.params.generator, normal([1, 2], [200, 1]), sampling())
    const centre = (await mean(generated).data())[0]!
    expect(Math.abs(centre - 3)).toBeLessThan(0.7)
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
      prepare: step => ({
        name: 'slow',
        advance: (state, batches) => {
          begun++
          expect(begun - read).toBeLessThanOrEqual(2)
          return step.next(state, batches)
        },
      }),
    }
    const logger = { progress: () => void read++ }
    done(await train({ ...small, steps: 20, engine: slow, loggers: [logger] }))
    expect(read).toBe(20)
  })

  it('awaits engines and data that are asynchronous', async () => {
    const wait = () => new Promise(r => setTimeout(r, 1))
    const late: Engine = {
      name: 'late',
      prepare: step => ({
        name: 'late',
        advance: async (state, batches) => {
          await wait()
          return step.next(state, batches)
        },
      }),
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
    done(await train({ ...small, steps: 400 }))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
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

  it('measures the speed of steps alone', async () => {
    const logger = memoryLogger()
    const sleep = (ms: number) => new Promise(r => setTimeout(r, ms))
    const engine: Engine = {
      name: 'slow',
      prepare: step => ({
        name: 'slow',
        advance: async (state, batches) => {
          await sleep(20)
          return step.next(state, batches)
        },
      }),
    }
    const run = await train({
      ...small,
      steps: 8,
      store: memoryStore(),
      every: { log: 1, checkpoint: 2, sample: 3 },
      engine,
      onSample: async () => {
        await sleep(300)
        return []
      },
      loggers: [logger],
    })
    // Four rows in 20 ms and a little more.
    const speeds = logger.entries.map(e => e.imagesPerSecond)
    expect(Math.max(...speeds)).toBeLessThan(4 / 0.018)
    expect(speeds.sort((a, b) => a - b)[4]).toBeGreaterThan(4 / 0.3)
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
    const store = memoryStore()
    const dynamics = alternating({ critic: 2 })
    const failing = train({ ...small, data, dynamics, steps: 9, loggers: [logger], store })
    await expect(failing).rejects.toThrow('no data for step 4: file gone')
    expect(logger.summary!.error!.message).toMatch(/file gone/)
    expect(store.last!.step).toBe(3)
    expect(logger.notes).toContain('step 3 was saved before giving up')
    expect(memory().numTensors).toBe(before)
  })

  it('ends with what a device that can no longer be read says; the last checkpoint stays', async () => {
    const [logger, store] = [memoryLogger(), memoryStore()]
    const lost = new Error('device lost')
    let broken: { mockRestore(): void } | undefined
    const onStep = (state: State) => {
      if (state.step === 5) broken = vi.spyOn(backend(), 'read').mockRejectedValue(lost)
    }
    const every = { checkpoint: 2 }
    const failing = train({ ...small, steps: 9, loggers: [logger], store, every, onStep })
    await expect(failing).rejects.toBe(lost)
    broken!.mockRestore()
    expect(store.last!.step).toBe(4)
    expect(logger.summary!.error).toBe(lost)
    expect(logger.notes).toContainEqual(
      expect.stringMatching(
        /^step \d could not be saved \(device lost\); the checkpoint of step 4 .*is sound/,
      ),
    )
    const run = await train({ ...small, steps: 9, store })
    expect(run.from).toBe(4)
    done(run)
  })
})
