import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { adam, alternating, type Engine, eager, release, tensorsOf } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { ema } from '../slots/ema.ts'
import { bitsOf, ring, tinyGame } from '../tiny.fixture.ts'
import { train } from '../train.ts'
import { folderStore } from './folder-store.ts'
import { readLog } from './jsonl.ts'

/** What the process of `killed.fixture.ts` trains. */
export const killedOptions = {
  game: tinyGame(16),
  dynamics: alternating({ critic: 2 }),
  optimizer: adam(1e-3, { beta1: 0.5 }),
  slots: { ema: ema(0.9, { rampup: 0.05 }) },
  data: ring,
  batch: 8,
  seed: 4,
}

/** A folder that is gone after `work`, together with every process that `work` started. */
export async function inFolder(
  work: (
    dir: string,
    /** A real training process. `line` is called with each line it writes. */
    child: (
      line: (text: string, process: ChildProcess) => void,
      module?: string,
    ) => Promise<{ code: number | null; signal: string | null }>,
  ) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'killed-'))
  const alive = new Set<ChildProcess>()
  try {
    await work(dir, (line, module) => {
      const fixture = fileURLToPath(new URL('./killed.fixture.ts', import.meta.url))
      const flags = ['--import', 'tsx', '--conditions=@equilibria/source']
      const process = spawn('node', [...flags, fixture, dir, '1000000', ...(module ? [module] : [])], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      alive.add(process)
      process.on('close', () => alive.delete(process))
      let rest = ''
      process.stdout.on('data', (data: Buffer) => {
        const lines = (rest + data).split('\n')
        rest = lines.pop()!
        for (const text of lines) line(text, process)
      })
      return new Promise(resolve => process.on('close', (code, signal) => resolve({ code, signal })))
    })
  } finally {
    for (const process of alive) process.kill('SIGKILL')
    await rm(dir, { recursive: true, force: true })
  }
}

/**
 * Kills training processes at moments nobody chose, as often as `kills` says, and expects that each costs only the steps since the last checkpoint and that the
 * rest is bit for bit what it would have been. `module` is the URL of a module that exports the engine to a process, `engine` the same here.
 */
export const expectKillsToBeHarmless = ({
  kills: most,
  engine = eager(),
  module,
}: {
  readonly kills: number
  readonly engine?: Engine
  readonly module?: string
}): Promise<void> =>
  inFolder(async (dir, child) => {
    await setBackend('cpu')
    const store = folderStore(join(dir, 'checkpoints'))
    let reached = 0
    const deadline = Date.now() + 20_000
    for (let kills = 0; kills < most && Date.now() < deadline; kills++) {
      let last = 0
      let heard = 0
      const enough = Math.floor(Math.random() * 12)
      const { signal } = await child((text, process) => {
        last = Number(text.split(' ')[1])
        // Some steps on, then anywhere in a step or in the writing of a checkpoint.
        if (heard++ === enough) setTimeout(() => process.kill('SIGKILL'), Math.random() * 60)
      }, module)
      expect(signal).toBe('SIGKILL')
      // The step last heard of may not have had its checkpoint yet, the even one before it has.
      const found = await store.load()
      expect(found?.notes ?? []).toEqual([])
      expect(found?.snapshot.step ?? 0).toBeGreaterThanOrEqual(last - 2)
      expect(last).toBeGreaterThan(reached - 2)
      reached = found?.snapshot.step ?? 0
    }
    expect(reached).toBeGreaterThan(2)

    const steps = reached + 3
    const resumed = await train({ ...killedOptions, engine, steps, store })
    expect(resumed.from).toBe(reached)
    expect(resumed.engine.startsWith(engine.name)).toBe(true)
    expect(resumed.notes).toEqual([`continuing from step ${reached}`])
    const straight = await train({ ...killedOptions, engine, steps })
    expect(await bitsOf(tensorsOf(resumed.state))).toEqual(await bitsOf(tensorsOf(straight.state)))
    release(tensorsOf(resumed.state))
    release(tensorsOf(straight.state))

    const log = readLog(join(dir, 'log.jsonl')).map(e => e.step)
    expect(new Set(log).size).toBe(log.length)
    expect((await readdir(join(dir, 'checkpoints'))).every(name => name.startsWith('step-'))).toBe(true)
  })
