import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogEntry, Logger } from '../loggers/logger.ts'

/**
 * The entries of a log file. Lines that are not entries (the half line of a process that was killed) are left out.
 */
export function readLog(file: string): LogEntry[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(line => {
      try {
        const entry = JSON.parse(line) as LogEntry | null
        return typeof entry?.step === 'number' && typeof entry.stats === 'object' ? [entry] : []
      } catch {
        return []
      }
    })
}

/**
 * Appends one JSON object a logged step to `file`. A run continued from step s first cuts off what lies past s, so that the
 * curve has each step once.
 */
export function jsonlLogger(file: string): Logger {
  return {
    start({ from }) {
      mkdirSync(dirname(file), { recursive: true })
      const kept = from === 0 ? [] : readLog(file).filter(entry => entry.step <= from)
      const temporary = `${file}.tmp-${process.pid}`
      writeFileSync(temporary, kept.map(entry => `${JSON.stringify(entry)}\n`).join(''))
      renameSync(temporary, file)
    },
    // At once, whole and in order: a line is there when the step is over, even if the process is killed next.
    log: entry => appendFileSync(file, `${JSON.stringify(entry)}\n`),
  }
}
