import { afterEach, describe, expect, it, vi } from 'vitest'
import { clip, consoleLogger, type Output } from './console.ts'
import { count, duration, figure } from './format.ts'
import type { LogEntry, Logger, RunInfo } from './logger.ts'

const COLOR = new RegExp(`${'\x1b'}\\[\\d+m`)
const CODES = new RegExp(`${'\x1b'}\\[\\d*[mK]`, 'g')
const CONTROL = new RegExp(`[${'\r\x1b'}]`)

const info: RunInfo = {
  from: 0,
  steps: 1000,
  batch: 64,
  players: { critic: 1231441, generator: 2503984 },
  backend: 'wasm',
  engine: 'eager',
  recipe: null,
}
const entry = (step: number): LogEntry => ({
  step,
  seconds: step,
  time: '2030-01-01T00:00:00.000Z',
  imagesPerSecond: 1234.5,
  stats: { critic: { loss: 1.3863, cost: 2 }, generator: { cost: -0.5 } },
})

const recording = (isTTY: boolean, columns = 200) => {
  let text = ''
  const output: Output = {
    isTTY,
    columns,
    write: t => {
      text += t
    },
  }
  return { output, text: () => text }
}
let clock = 0
const now = () => clock
/** A thousand steps of a second each, logged every 50. */
const play = (logger: Logger) => {
  clock = 0
  logger.start!(info)
  for (let step = 1; step <= 1000; step++) {
    clock = step * 1000
    logger.progress!(entry(step))
    if (step % 50 === 0) logger.log!(entry(step))
    if (step === 120) logger.note!('mind the gap')
  }
  logger.end!({ step: 1000, seconds: 1000, stopped: false })
}

afterEach(() => vi.unstubAllEnvs())

describe('consoleLogger', () => {
  it('writes plain lines, not more often than asked, and always the last', () => {
    const { output, text } = recording(false)
    play(consoleLogger({ output, now, seconds: 240 }))
    expect(text().split('\n')).toEqual([
      'training critic 1,231,441, generator 2,503,984 parameters; batch 64, 1,000 steps on wasm (eager)',
      'step 50/1000  critic 1.3863  generator -0.5000  1,235 images/s  15m 50s left',
      'note mind the gap',
      'step 300/1000  critic 1.3863  generator -0.5000  1,235 images/s  11m 40s left',
      'step 550/1000  critic 1.3863  generator -0.5000  1,235 images/s  7m 30s left',
      'step 800/1000  critic 1.3863  generator -0.5000  1,235 images/s  3m 20s left',
      'step 1000/1000  critic 1.3863  generator -0.5000  1,235 images/s',
      '1,000 steps in 16m 40s',
      '',
    ])
  })

  it('redraws one line on a terminal, and notes do not tear it', () => {
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'xterm')
    const { output, text } = recording(true)
    play(consoleLogger({ output, now }))
    expect(text()).toContain('\x1b[36m━━━\x1b[0m\x1b[2m─────────────────────\x1b[0m  120/1000')
    expect(text()).toContain('\r\x1b[2K\x1b[33mnote\x1b[0m mind the gap\n')
    expect(text().split('\n')).toHaveLength(5)
  })

  it('draws at most ten times a second', () => {
    vi.stubEnv('TERM', 'xterm')
    const { output, text } = recording(true)
    const logger = consoleLogger({ output, now })
    clock = 0
    logger.start!(info)
    for (clock = 1; clock <= 1000; clock++) logger.progress!(entry(clock))
    expect(text().match(/\r/g)!.length).toBeLessThanOrEqual(11)
  })

  it('has no colour with NO_COLOR, and no bar on a dumb terminal', () => {
    vi.stubEnv('NO_COLOR', '1')
    vi.stubEnv('TERM', 'xterm')
    const plain = recording(true)
    play(consoleLogger({ output: plain.output, now }))
    expect(plain.text()).not.toMatch(COLOR)
    vi.stubEnv('TERM', 'dumb')
    const dumb = recording(true)
    play(consoleLogger({ output: dumb.output, now }))
    expect(dumb.text()).not.toMatch(CONTROL)
  })

  it('fits the terminal', () => {
    vi.stubEnv('TERM', 'xterm')
    const { output, text } = recording(true, 40)
    play(consoleLogger({ output, now, color: true }))
    const lines = text()
      .split(/[\r\n]/)
      .filter(l => l.includes('/1000'))
    expect(lines.length).toBeGreaterThan(10)
    for (const l of lines) expect(l.replace(CODES, '').length).toBeLessThanOrEqual(39)
    expect(clip('\x1b[1mabc\x1b[0m', 2)).toBe('\x1b[1mab\x1b[0m')
  })

  it('falls silent when its pipe is closed', () => {
    let listener: (() => void) | undefined
    let written = 0
    const output: Output = {
      write: () => void written++,
      on: (_, l) => {
        listener = l as () => void
      },
    }
    const logger = consoleLogger({ output, now })
    logger.start!(info)
    listener!()
    const before = written
    logger.note!('into the void')
    expect(written).toBe(before)
  })

  it('says how a run ended', () => {
    const { output, text } = recording(false)
    const logger = consoleLogger({ output, now })
    logger.end!({ step: 7, seconds: 3, stopped: true })
    logger.end!({ step: 8, seconds: 90, stopped: false, error: new Error('x') })
    expect(text()).toBe('stopped at step 7 after 3s; run again to continue\nfailed at step 8 after 1m 30s\n')
  })
})

describe('format', () => {
  it.each([
    [count(1234567), '1,234,567'],
    [count(12.345), '12.3'],
    [count(999.9), '1,000'],
    [figure(0.61234), '0.6123'],
    [figure(-12.345), '-12.35'],
    [figure(123456789), '1.2e+8'],
    [figure(0), '0.0000'],
    [figure(Number.NaN), 'NaN'],
    [duration(59.6), '1m 00s'],
    [duration(8000), '2h 13m'],
    [duration(200000), '2d 07h'],
    [duration(Number.POSITIVE_INFINITY), '?'],
  ])('%s', (got, expected) => {
    expect(got).toBe(expected)
  })
})
