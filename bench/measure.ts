import { calm } from './calm.ts'
import type { Column, Task } from './columns.ts'
import { type Absent, type Peer, start } from './peer.ts'
import type { Answer } from './protocol.ts'

/** What a column did: seconds of one unit of work in each round; or why it did nothing. */
export type Measured =
  | {
      readonly column: string
      readonly seconds: readonly number[]
      /** The share of the machine that others used just before each round, 0 to 1. */
      readonly others: readonly number[]
    }
  | Absent

/** Columns of one model, started. */
export interface Field {
  readonly peers: readonly Peer[]
  readonly absent: readonly Absent[]
  stop(): Promise<void>
}

/** Starts one column after the other, so that none disturbs another's first step. */
export async function startAll(columns: readonly Column[], task: Task, patience: number): Promise<Field> {
  const peers: Peer[] = []
  const absent: Absent[] = []
  for (const column of columns) {
    const started = await start(column, task, patience)
    if ('absent' in started) {
      absent.push(started)
      continue
    }
    const own = JSON.stringify(started.ready.parameters)
    const others = JSON.stringify(peers[0]?.ready.parameters ?? started.ready.parameters)
    if (own === others) peers.push(started)
    else {
      await started.stop()
      absent.push({
        column: column.name,
        absent: `has another number of parameters, ${own}, than ${peers[0]!.column}, ${others}`,
      })
    }
  }
  return {
    peers,
    absent,
    stop: async () => {
      for (const peer of peers) await peer.stop()
    },
  }
}

const secondsOf = (answer: Answer): number => {
  if ('seconds' in answer) return answer.seconds
  throw new Error(`expected seconds, got ${JSON.stringify(answer)}`)
}

/**
 * Rounds in which every column has its turn, begun by another column each time: what slows the machine for a while slows them all.
 * `command(count)` asks for `count` units of work; a turn holds as many as fit in `seconds`, and begins when the machine is
 * quiet or after `wait` seconds.
 */
export async function inTurns(
  peers: readonly Peer[],
  { rounds, seconds, wait }: { readonly rounds: number; readonly seconds: number; readonly wait: number },
  command: (count: number) => string,
): Promise<readonly Measured[]> {
  const columns = peers.map(peer => ({
    peer,
    count: 1,
    seconds: [] as number[],
    others: [] as number[],
    failed: '',
  }))
  const turn = async (column: (typeof columns)[number], count: number) => {
    if (column.failed) return undefined
    try {
      return secondsOf(await column.peer.ask(command(count))) / count
    } catch (e) {
      column.failed = e instanceof Error ? e.message : String(e)
      return undefined
    }
  }
  for (const column of columns)
    for (const warm of [1, 2]) {
      const each = await turn(column, warm === 1 ? 1 : column.count)
      if (each) column.count = Math.max(1, Math.round(seconds / each))
    }
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < columns.length; i++) {
      const column = columns[(i + round) % columns.length]!
      const others = await calm(wait)
      const each = await turn(column, column.count)
      if (each === undefined) continue
      column.seconds.push(each)
      column.others.push(Math.round(others * 100) / 100)
    }
  return columns.map(({ peer, seconds: samples, others, failed }) =>
    failed ? { column: peer.column, absent: failed } : { column: peer.column, seconds: samples, others },
  )
}
