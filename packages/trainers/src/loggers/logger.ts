import type { Numbers } from '../host.ts'

/** What a run is, told to loggers before its first step. */
export interface RunInfo {
  /** The step it continues from, 0 for a fresh one. */
  readonly from: number
  /** The step it is to reach. */
  readonly steps: number
  readonly batch: number
  /** Number of parameters of each player. */
  readonly players: { readonly [player: string]: number }
  readonly backend: string
  readonly engine: string
  readonly recipe: unknown
}

/** A step's numbers. */
export interface Progress {
  readonly step: number
  /** Seconds since training began, earlier sessions included. */
  readonly seconds: number
  readonly stats: Numbers
}

/** A logged step. */
export interface LogEntry extends Progress {
  /** When, ISO 8601. */
  readonly time: string
  /** Rows of data seen a second since the last entry, not counting time spent on checkpoints and samples. */
  readonly imagesPerSecond: number
}

/** A picture of how far the run is. */
export interface Sample {
  readonly step: number
  /** What it shows, in a word fit for a file name: "samples", "interpolation". */
  readonly name: string
  readonly caption?: string
  /** A PNG file. */
  readonly png: Uint8Array
}

/** How a run ended. */
export interface Summary {
  readonly step: number
  readonly seconds: number
  /** It was asked to stop before its last step. */
  readonly stopped: boolean
  readonly error?: Error | undefined
}

/** Something that is told how training goes. A logger that throws is reported once to the others; training goes on. */
export interface Logger {
  start?(run: RunInfo): void | Promise<void>
  /** Every step, for progress displays: must be quick. */
  progress?(progress: Progress): void
  log?(entry: LogEntry): void | Promise<void>
  sample?(sample: Sample): void | Promise<void>
  /** Something the person training should read. */
  note?(text: string): void | Promise<void>
  end?(summary: Summary): void | Promise<void>
}

/** Several loggers as one that never throws; `notes` are all notes so far. */
export function chorus(loggers: readonly Logger[]): Required<Logger> & { readonly notes: readonly string[] } {
  const failed = new Set<Logger>()
  const notes: string[] = []
  const complain = (logger: Logger, error: unknown): void => {
    if (failed.has(logger)) return
    failed.add(logger)
    const text = `a logger failed (${error instanceof Error ? error.message : error}); training goes on, its later failures are not reported`
    notes.push(text)
    for (const other of loggers)
      if (other !== logger)
        try {
          Promise.resolve(other.note?.(text)).catch(() => {})
        } catch {}
  }
  const all = async (tell: (logger: Logger) => void | Promise<void> | undefined): Promise<void> => {
    for (const logger of loggers)
      try {
        await tell(logger)
      } catch (e) {
        complain(logger, e)
      }
  }
  const watching = loggers.filter(logger => logger.progress)
  return {
    notes,
    start: run => all(l => l.start?.(run)),
    progress: progress => {
      for (const logger of watching)
        try {
          logger.progress!(progress)
        } catch (e) {
          complain(logger, e)
        }
    },
    log: entry => all(l => l.log?.(entry)),
    sample: sample => all(l => l.sample?.(sample)),
    note: text => {
      notes.push(text)
      return all(l => l.note?.(text))
    },
    end: summary => all(l => l.end?.(summary)),
  }
}
