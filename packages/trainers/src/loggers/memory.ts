import type { LogEntry, Logger, RunInfo, Sample, Summary } from './logger.ts'

/** What a run told, kept in memory: for tests and for drawing in a page. */
export interface MemoryLogger extends Logger {
  readonly run: RunInfo | undefined
  readonly entries: readonly LogEntry[]
  readonly samples: readonly Sample[]
  readonly notes: readonly string[]
  readonly summary: Summary | undefined
}

/** A logger that remembers. Used for several runs in a row it keeps one curve, as the log file does. */
export function memoryLogger(): MemoryLogger {
  let run: RunInfo | undefined
  let summary: Summary | undefined
  let entries: LogEntry[] = []
  const samples: Sample[] = []
  const notes: string[] = []
  return {
    get run() {
      return run
    },
    get entries() {
      return entries
    },
    get summary() {
      return summary
    },
    samples,
    notes,
    start: info => {
      run = info
      entries = entries.filter(e => e.step <= info.from)
    },
    log: entry => void entries.push(entry),
    sample: sample => void samples.push(sample),
    note: text => void notes.push(text),
    end: s => {
      summary = s
    },
  }
}
