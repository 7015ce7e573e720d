import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Column, Task } from './columns.ts'
import type { Answer, Ready } from './protocol.ts'

/** A column's process, ready for commands. */
export interface Peer {
  readonly column: string
  readonly ready: Ready
  /** Throws where the process ends instead of answering. */
  ask(command: string): Promise<Answer>
  stop(): Promise<void>
}

/** Why a column has nothing to show. */
export interface Absent {
  readonly column: string
  readonly absent: string
}

const answerOf = (line: string): Answer | undefined => {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Answer
  } catch {
    return undefined
  }
}

/** Starts a column's process and waits for its first step, at most `patience` seconds. */
export async function start(column: Column, task: Task, patience: number): Promise<Peer | Absent> {
  const [program, ...args] = column.command(task)
  const threads = `${task.threads}`
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      OMP_NUM_THREADS: threads,
      TF_NUM_INTRAOP_THREADS: threads,
      TF_CPP_MIN_LOG_LEVEL: '3',
    },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  child.stdin.on('error', () => {})
  const closed = new Promise<void>(done => {
    child.on('error', e => {
      said += e.message
      done()
    })
    child.on('close', () => done())
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Answer> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) {
        await closed
        const last = said.trim().split('\n').at(-1)
        throw new Error(`its process ended${last ? `: ${last}` : ''}`)
      }
      const found = answerOf(value)
      if (found) return found
    }
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  const absent = (reason: string) => ({ column: column.name, absent: reason })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Answer>(done => {
    timer = setTimeout(() => done({ absent: `no step within ${patience} s` }), patience * 1000)
  })
  try {
    const first = await Promise.race([answer(), late])
    if ('ready' in first)
      return {
        column: column.name,
        ready: first.ready,
        ask: async command => {
          child.stdin.write(`${command}\n`)
          return answer()
        },
        stop,
      }
    await stop()
    return absent('absent' in first ? first.absent : 'it did not say that it was ready')
  } catch (e) {
    await stop()
    return absent(e instanceof Error ? e.message : String(e))
  } finally {
    clearTimeout(timer)
  }
}
