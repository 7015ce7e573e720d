import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { adam, alternating, release, tensorsOf } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ema } from '../slots/ema.ts'
import { bitsOf, ring, tinyGame } from '../tiny.fixture.ts'
import { train } from '../train.ts'
import { folderStore } from './folder-store.ts'
import { readLog } from './jsonl.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'killed-'))
})
const alive = new Set<ChildProcess>()
afterEach(async () => {
  for (const process of alive) process.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

/** The options of the fixture's run. */
const options = {
  game: tinyGame(16),
  dynamics: alternating({ critic: 2 }),
  optimizer: adam(1e-3, { beta1: 0.5 }),
  slots: { ema: ema(0.9, { rampup: 0.05 }) },
  data: ring,
  batch: 8,
}

/** A real training process. `line` is called with each line it writes. */
const child = (folder: string, steps: number, line: (text: string, process: ChildProcess) => void) => {
  const fixture = fileURLToPath(new URL('./killed.fixture.ts', import.meta.url))
  const flags = ['--import', 'tsx', '--conditions=@equilibria/source']
  const process = spawn('node', [...flags, fixture, folder, String(steps)], {
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
  return new Promise<{ code: number | null; signal: string | null }>(resolve =>
    process.on('close', (code, signal) => resolve({ code, signal })),
  )
}

describe('kill -9', () => {
  it('at any moment costs only the steps since the last checkpoint, and the rest is bit for bit what it would have been', async () => {
    await setBackend('cpu')
    const store = folderStore(join(dir, 'checkpoints'))
    let reached = 0
    const deadline = Date.now() + 20_000
    for (let kills = 0; kills < 8 && Date.now() < deadline; kills++) {
      let last = 0
      let heard = 0
      const enough = Math.floor(Math.random() * 12)
      const { signal } = await child(dir, 1_000_000, (text, process) => {
        last = Number(text.split(' ')[1])
        // Some steps on, then anywhere in a step or in the writing of a checkpoint.
        if (heard++ === enough) setTimeout(() => process.kill('SIGKILL'), Math.random() * 60)
      })
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
    const resumed = await train({ ...options, steps, store })
    expect(resumed.from).toBe(reached)
    const straight = await train({ ...options, seed: 4, steps })
    expect(await bitsOf(tensorsOf(resumed.state))).toEqual(await bitsOf(tensorsOf(straight.state)))
    release(tensorsOf(resumed.state))
    release(tensorsOf(straight.state))

    const log = readLog(join(dir, 'log.jsonl')).map(e => e.step)
    expect(new Set(log).size).toBe(log.length)
    expect((await readdir(join(dir, 'checkpoints'))).every(name => name.startsWith('step-'))).toBe(true)
  }, 90_000)
})

describe('Ctrl-C', () => {
  it('finishes the step, saves, and the run can be continued', async () => {
    let ended = ''
    const { code } = await child(dir, 1_000_000, (text, process) => {
      if (text === 'step 3') process.kill('SIGINT')
      if (!text.startsWith('step')) ended = text
    })
    expect(code).toBe(0)
    const [word, step] = ended.split(' ')
    expect(word).toBe('stopped')
    const found = await folderStore(join(dir, 'checkpoints')).load()
    expect(found!.snapshot.step).toBe(Number(step))
    // A timely answer, not one at the end of the steps.
    expect(Number(step)).toBeLessThan(200)
  }, 60_000)
})
