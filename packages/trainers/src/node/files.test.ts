import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogEntry, RunInfo } from '../loggers/logger.ts'
import { jsonlLogger, readLog, readNotes } from './jsonl.ts'
import { reportRun } from './report-run.ts'
import { readSamples, samplesLogger } from './samples.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const info = (from: number): RunInfo => ({
  from,
  steps: 100,
  batch: 4,
  players: { critic: 1 },
  backend: 'cpu',
  engine: 'eager',
  recipe: null,
})
const entry = (step: number, cost = 1): LogEntry => ({
  step,
  time: '2030-01-01T00:00:00.000Z',
  seconds: step,
  imagesPerSecond: 100,
  stats: { critic: { cost } },
})

describe('jsonlLogger', () => {
  it('writes one object a line', async () => {
    const file = join(dir, 'deep', 'log.jsonl')
    const logger = jsonlLogger(file)
    logger.start!(info(0))
    logger.log!(entry(10, 0.5))
    logger.log!(entry(20))
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    expect(lines.map(l => JSON.parse(l))).toEqual([entry(10, 0.5), entry(20)])
  })

  it('cuts off what lies past the step continued from, and the half line of a killed process', async () => {
    const file = join(dir, 'log.jsonl')
    const first = jsonlLogger(file)
    first.start!(info(0))
    for (const step of [10, 20, 30]) first.log!(entry(step))
    await appendFile(file, '{"step":40,"ti')
    expect(readLog(file).map(e => e.step)).toEqual([10, 20, 30])
    const second = jsonlLogger(file)
    second.start!(info(20))
    for (const step of [30, 40]) second.log!(entry(step, 2))
    expect(readLog(file).map(e => [e.step, e.stats.critic!.cost])).toEqual([
      [10, 1],
      [20, 1],
      [30, 2],
      [40, 2],
    ])
    expect(await readdir(dir)).toEqual(['log.jsonl'])
  })

  it('writes notes after the step in which they were said, and keeps them like entries', () => {
    const file = join(dir, 'log.jsonl')
    const logger = jsonlLogger(file)
    logger.start!(info(0))
    logger.note!('the step runs eagerly, not compiled: no reason')
    logger.log!(entry(10))
    logger.progress!(entry(13))
    logger.note!('no checkpoint')
    const notes = () => readNotes(file).map(({ step, note }) => [step, note])
    const eager = [0, 'the step runs eagerly, not compiled: no reason']
    expect(notes()).toEqual([eager, [13, 'no checkpoint']])
    expect(readLog(file)).toEqual([entry(10)])
    const second = jsonlLogger(file)
    second.start!(info(10))
    second.note!('continuing from step 10')
    expect(notes()).toEqual([eager, [10, 'continuing from step 10']])
    expect(Date.parse(readNotes(file)[1]!.time)).toBeGreaterThan(0)
    jsonlLogger(file).start!(info(0))
    expect(notes()).toEqual([])
  })

  it('begins anew with a fresh run, and reads nothing from nowhere', async () => {
    const file = join(dir, 'log.jsonl')
    await writeFile(file, `${JSON.stringify(entry(5))}\nnull\n7\n{"step":"x"}\n`)
    expect(readLog(file)).toHaveLength(1)
    jsonlLogger(file).start!(info(0))
    expect(readLog(file)).toEqual([])
    expect(readLog(join(dir, 'none'))).toEqual([])
  })
})

describe('samples', () => {
  it('are files that can be read back in order', async () => {
    const logger = samplesLogger(join(dir, 'samples'))
    await logger.sample!({ step: 200, name: 'samples', png: Uint8Array.of(2) })
    await logger.sample!({ step: 30, name: 'samples', png: Uint8Array.of(1) })
    await logger.sample!({ step: 200, name: 'samples', png: Uint8Array.of(3) })
    await writeFile(join(dir, 'samples', 'notes.txt'), 'mine')
    const back = await readSamples(join(dir, 'samples'))
    expect(back.map(s => [s.step, s.name, s.png[0]])).toEqual([
      [30, 'samples', 1],
      [200, 'samples', 3],
    ])
    expect(await readSamples(join(dir, 'none'))).toEqual([])
  })

  it('have names that stay in their folder', async () => {
    const sample = { step: 1, name: '../../up', png: new Uint8Array(1) }
    await expect(samplesLogger(dir).sample!(sample)).rejects.toThrow(/letters, digits/)
  })
})

describe('reportRun', () => {
  it('shows the log and the samples, the newest first', async () => {
    const logger = jsonlLogger(join(dir, 'log.jsonl'))
    logger.start!(info(0))
    for (const step of [50, 1000]) logger.log!(entry(step))
    await mkdir(join(dir, 'samples'))
    for (let step = 10; step <= 1000; step += 10)
      await samplesLogger(join(dir, 'samples')).sample!({
        step,
        name: 'samples',
        png: Uint8Array.of(step % 256),
      })
    const file = await reportRun(dir, { title: 'my run', facts: { Seed: 7 } })
    const html = await readFile(file, 'utf8')
    expect(html).toContain('<h1>my run</h1>')
    expect(html).toContain('<dt>Steps</dt><dd>1,000</dd>')
    expect(html).toContain('<dt>Seed</dt><dd>7</dd>')
    const captions = [...html.matchAll(/<figcaption>samples, step ([\d,]+)/g)].map(m =>
      Number(m[1]!.replace(',', '')),
    )
    expect(captions).toHaveLength(9)
    expect(captions[0]).toBe(1000)
    expect(captions).toEqual([...captions].sort((a, b) => b - a))
    expect(captions.at(-1)).toBeLessThan(200)
  })

  it('makes do with an empty folder', async () => {
    expect(await readFile(await reportRun(dir), 'utf8')).toContain('<h1>run-')
  })
})
