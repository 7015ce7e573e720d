import {
  adam,
  adamw,
  alternating,
  type Batch,
  clipByGlobalNorm,
  type Dynamics,
  extragradient,
  fold,
  type Game,
  type GanPlayers,
  networkPlayer,
  normal,
  type Optimizer,
  release,
  rmsprop,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
} from '@equilibria/core'
import { add, mul, setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryLogger } from './loggers/memory.ts'
import { folderStore } from './node/folder-store.ts'
import { ema } from './slots/ema.ts'
import { bitsOf, mlp, ring, tinyGame } from './tiny.fixture.ts'
import { train } from './train.ts'

const dynamics: Record<string, Dynamics> = {
  simultaneous: simultaneous(),
  'alternating, two critic moves': alternating({ critic: 2 }),
  extragradient: extragradient(),
}
const optimizers: Record<string, Optimizer> = {
  sgd: sgd(0.05),
  momentum: sgd(0.05, { momentum: 0.9 }),
  adam: adam(1e-2, { beta1: 0.5 }),
  adamw: adamw(1e-2, { decay: 0.1 }),
  rmsprop: rmsprop(1e-3),
  clipped: clipByGlobalNorm(0.1, adam(1e-2)),
}

/** The tiny game with a generator that remembers something from step to step, as spectral norm does. */
const remembering = (): Game<GanPlayers, Batch> => {
  const { critic, generator } = tinyGame(6)
  const network = mlp(2, 6, 2)
  return {
    critic,
    generator: networkPlayer(
      { ...network, memory: key => ({ drift: normal(fold(key, 'drift'), [3]) }) },
      (all, turn) => {
        const drift = turn.memory['generator/drift']!
        const { cost, ...rest } = generator.cost(all, turn)
        turn.tell?.('generator/drift', add(mul(drift, 0.9), cost))
        return { cost: add(cost, mul(1e-3, cost)), ...rest }
      },
    ),
  }
}

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'resume-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const everything = async ({ step, key, ...state }: State<GanPlayers>) => ({
  step,
  key,
  tensors: await bitsOf(tensorsOf({ step, key, ...state })),
})

const everywhere = Object.keys(dynamics).flatMap(d =>
  Object.keys(optimizers).map(o => ['cpu', d, o] as const),
)

describe('4 + 3 steps through a folder are 7 steps bit for bit', () => {
  it.each([
    ...everywhere,
    ['wasm', 'simultaneous', 'clipped'] as const,
    ['wasm', 'alternating, two critic moves', 'adam'] as const,
    ['wasm', 'extragradient', 'momentum'] as const,
  ])('on %s: %s with %s', async (backend, d, o) => {
    await setBackend(backend)
    const options = {
      game: remembering(),
      dynamics: dynamics[d]!,
      optimizer: optimizers[o]!,
      slots: { ema: ema(0.9, { rampup: 0.1 }), slow: ema(0.99, { players: ['generator'] }) },
      data: ring,
      batch: 5,
      seed: 11,
      every: { log: 1 },
    }
    const [straight, halves] = [memoryLogger(), memoryLogger()]
    const whole = await train({ ...options, steps: 7, loggers: [straight] })
    const first = await train({ ...options, steps: 4, store: folderStore(dir), loggers: [halves] })
    release(tensorsOf(first.state))
    const second = await train({ ...options, steps: 7, store: folderStore(dir), loggers: [halves] })
    expect(second.from).toBe(4)
    const expected = await everything(whole.state)
    expect(Object.keys(expected.tensors)).toContain('memory/generator/drift')
    expect(await everything(second.state)).toEqual(expected)
    expect(halves.entries.map(e => [e.step, e.stats])).toEqual(straight.entries.map(e => [e.step, e.stats]))
    release(tensorsOf(whole.state))
    release(tensorsOf(second.state))
  })
})

describe('on another backend', () => {
  it('goes on within rounding, and says that it is not bit-exact', async () => {
    const options = { game: tinyGame(6), optimizer: adam(1e-3), data: ring, batch: 5 }
    await setBackend('wasm')
    release(tensorsOf((await train({ ...options, steps: 3, store: folderStore(dir) })).state))
    await setBackend('cpu')
    const run = await train({ ...options, steps: 4, store: folderStore(dir) })
    expect(run.from).toBe(3)
    expect(run.notes).toContainEqual(
      'the checkpoint was written on wasm (eager) and continues on cpu (eager): within rounding, but not bit-exact',
    )
    release(tensorsOf(run.state))
  })
})
