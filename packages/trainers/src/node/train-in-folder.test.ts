import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { adam, type Engine, eager, release, tensorsOf } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ring, tinyGame } from '../tiny.fixture.ts'
import { readLog, readNotes } from './jsonl.ts'
import { trainInFolder } from './train-in-folder.ts'

let dir = ''
beforeAll(async () => {
  await setBackend('cpu')
  dir = await mkdtemp(join(tmpdir(), 'run-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** An engine that falls back. */
const reluctant: Engine = {
  name: 'compiled',
  prepare: async (step, first) => ({
    ...(await eager().prepare(step, first)),
    notes: ['the step runs eagerly, not compiled: it reads <numbers>'],
  }),
}

it('a run that nobody watches tells in its log and report why it ran eagerly', async () => {
  const small = { game: tinyGame(4), optimizer: adam(1e-3), data: ring, batch: 4 }
  const run = await trainInFolder({
    ...small,
    dir,
    engine: reluctant,
    notes: ['engine onnxruntime-node is not used: it is not installed'],
    steps: 2,
    every: { log: 1 },
  })
  release(tensorsOf(run.state))
  expect(run.engine).toBe('eager')
  const log = join(dir, 'log.jsonl')
  expect(readLog(log).map(({ step }) => step)).toEqual([1, 2])
  const [engine, step] = run.notes as [string, string]
  expect(readNotes(log).map(({ step, note }) => [step, note])).toEqual([
    [0, engine],
    [0, step],
  ])
  const html = await readFile(join(dir, 'report.html'), 'utf8')
  expect(html).toContain('<h2>Notes</h2>')
  expect(html).toContain('<li>engine onnxruntime-node is not used: it is not installed</li>')
  expect(html).toContain('<li>the step runs eagerly, not compiled: it reads &lt;numbers&gt;</li>')
})
