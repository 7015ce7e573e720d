import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** What the numbers were measured on. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
}

/** This machine. */
export const machine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
  system: `${type()} ${release()}`,
  node: process.version,
})

/** Processes that wanted to run in the last minute, on average. */
export const load = (): number => Math.round(loadavg()[0]! * 100) / 100
