import { count, duration, figure, headline } from './format.ts'
import type { LogEntry, Logger, Progress, RunInfo } from './logger.ts'

/** Where console output goes: `process.stderr` is one. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  on?(event: 'error', listener: (error: Error) => void): unknown
  off?(event: 'error', listener: (error: Error) => void): unknown
}

/** Options of `consoleLogger`. */
export interface ConsoleOptions {
  /** Seconds between two plain lines where there is no terminal (default 10). */
  readonly seconds?: number
  /** Default: `process.stderr`, in a browser the console. */
  readonly output?: Output
  /** Default: on a terminal, unless the environment variable NO_COLOR is set. */
  readonly color?: boolean
  /** Milliseconds, for tests. */
  readonly now?: () => number
}

const REDRAW_MS = 100
const BAR = 24

const environment = () => (typeof process === 'object' ? (process.env ?? {}) : {})

const defaultOutput = (): Output =>
  typeof process === 'object' && process.stderr
    ? process.stderr
    : { write: text => console.log(text.replace(/\n$/, '')) }

/**
 * Tells how training goes on the console: on a terminal a progress bar with losses, speed and time left; elsewhere a plain
 * line now and then.
 */
export function consoleLogger(options: ConsoleOptions = {}): Logger {
  const { seconds = 10, output = defaultOutput(), now = () => performance.now() } = options
  const live = output.isTTY === true && environment().TERM !== 'dumb'
  const color = options.color ?? (live && !environment().NO_COLOR)
  const paint = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  const bold = paint(1)
  const dim = paint(2)
  const red = paint(31)
  const green = paint(32)
  const yellow = paint(33)
  const cyan = paint(36)

  let run: RunInfo | undefined
  let began = 0
  let drawn = Number.NEGATIVE_INFINITY
  let printed = Number.NEGATIVE_INFINITY
  let shown = ''
  let speed: number | undefined
  // A closed pipe reports itself as an event: unheard, it would end the process.
  let closed = false
  const onError = () => {
    closed = true
  }
  const write = (text: string) => {
    if (!closed) output.write(text)
  }
  const line = (text: string) => {
    write(`${shown === '' ? '' : '\r\x1b[2K'}${text}\n`)
    shown = ''
  }

  const left = (step: number): string => {
    if (!run || step <= run.from) return ''
    const perStep = (now() - began) / 1000 / (step - run.from)
    return step >= run.steps ? '' : `${duration((run.steps - step) * perStep)} left`
  }
  const parts = (p: Progress): string[] => [
    ...headline(p.stats).map(([player, value]) => `${player} ${bold(figure(value))}`),
    ...(speed === undefined ? [] : [`${count(speed)} images/s`]),
    ...[left(p.step)].filter(Boolean),
  ]
  const bar = (p: Progress): string => {
    const share = run && run.steps > 0 ? Math.min(1, p.step / run.steps) : 1
    const full = Math.round(share * BAR)
    return [
      cyan('━'.repeat(full)) + dim('─'.repeat(BAR - full)),
      `${p.step}/${run?.steps ?? '?'}`,
      ...parts(p),
    ].join('  ')
  }
  const draw = (p: Progress) => {
    drawn = now()
    shown = clip(bar(p), (output.columns ?? 80) - 1)
    write(`\r\x1b[2K${shown}`)
  }

  return {
    start(info) {
      run = info
      began = now()
      output.on?.('error', onError)
      const sizes = Object.entries(info.players).map(([name, n]) => `${name} ${count(n)}`)
      line(
        `training ${sizes.join(', ')} parameters; batch ${info.batch}, ${count(info.steps)} steps on ${info.backend} (${info.engine})`,
      )
    },
    progress(p) {
      if (live && now() - drawn >= REDRAW_MS) draw(p)
    },
    log(entry: LogEntry) {
      speed = entry.imagesPerSecond
      if (live) return draw(entry)
      if (now() - printed < seconds * 1000 && entry.step !== run?.steps) return
      printed = now()
      line([`step ${entry.step}/${run?.steps ?? '?'}`, ...parts(entry)].join('  '))
    },
    note: text => line(`${yellow('note')} ${text}`),
    end({ step, seconds: total, stopped, error }) {
      if (shown !== '') {
        write('\n')
        shown = ''
      }
      const time = duration(total)
      if (error) line(red(`failed at step ${step} after ${time}`))
      else if (stopped) line(yellow(`stopped at step ${step} after ${time}; run again to continue`))
      else line(green(`${count(step)} steps in ${time}`))
      output.off?.('error', onError)
    },
  }
}

/** Colour codes and single characters. */
const PIECES = new RegExp(`${'\x1b'}\\[\\d+m|.`, 'gsu')

/** Cuts text to `width` visible characters, colour codes not counted. */
export function clip(text: string, width: number): string {
  let visible = 0
  let out = ''
  for (const [piece] of text.matchAll(PIECES)) {
    if (piece.length > 1 && piece.startsWith('\x1b')) out += piece
    else if (visible < width) {
      out += piece
      visible++
    }
  }
  return out
}
