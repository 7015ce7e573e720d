import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogEntry, Logger } from '../loggers/logger.ts'

/** A note as it stands in a log file: said after this step. */
export interface LogNote {
  readonly step: number
  /** When, ISO 8601. */
  readonly time: string
  readonly note: string
}

/** Lines that are no whole objects (the half line of a process that was killed) are left out. */
function linesOf(file: string): Partial<LogEntry & LogNote>[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(line => {
      try {
        const entry = JSON.parse(line) as Partial<LogEntry & LogNote> | null
        return typeof entry?.step === 'number' ? [entry] : []
      } catch {
        return []
      }
    })
}

const isEntry = (line: Partial<LogEntry>): line is LogEntry => typeof line.stats === 'object'
const isNote = (line: Partial<LogNote>): line is LogNote => typeof line.note === 'string'

/**
 * The entries of a log file. Lines that are not entries (the half line of a process that was killed) are left out.
 */
export const readLog = (file: string): LogEntry[] => linesOf(file).filter(isEntry)

/** The notes of a log file. */
export const readNotes = (file: string): LogNote[] => linesOf(file).filter(isNote)

/**
 * Appends one JSON object a logged step to `file`, and one a note. A run continued from step s first cuts off what lies past s, so that the
 * curve has each step once.
 */
export function jsonlLogger(file: string): Logger {
  let step = 0
  // At once, whole and in order: a line is there when the step is over, even if the process is killed next.
  const append = (line: LogEntry | LogNote) => appendFileSync(file, `${JSON.stringify(line)}\n`)
  return {
    start({ from }) {
      step = from
      mkdirSync(dirname(file), { recursive: true })
      const kept = linesOf(file).filter(
        line => from > 0 && (isEntry(line) || isNote(line)) && line.step <= from,
      )
      const temporary = `${file}.tmp-${process.pid}`
      writeFileSync(temporary, kept.map(line => `${JSON.stringify(line)}\n`).join(''))
      renameSync(temporary, file)
    },
    progress: now => {
      step = now.step
    },
    log: append,
    note: note => append({ step, time: new Date().toISOString(), note }),
  }
}
