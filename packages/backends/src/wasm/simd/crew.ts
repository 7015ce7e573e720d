/**
 * Workers that take parts of large products. The heap of tfjs-backend-wasm belongs to one thread, so what a part reads is
 * copied to a memory of the crew's own, and its result back: that is quick beside the products themselves.
 *
 * @module
 */
import { spawn, type Thread } from '#platform'
import type { WasmBackend } from '../heap.ts'
import type { Job, Span } from './job.ts'
import { type Simd, sharedModule } from './module.ts'

/** What a worker's first control word says. */
const IDLE = 0
const BUSY = 1
const FAILED = 2
const STARTING = 3

/** Bytes of each worker's control block: state, number of calls, then each call's function, count and numbers. */
const CONTROL = 1024
const PAGE = 65536
/** The crew's memory may grow to 1 GiB; a job that wants more is done alone. */
const MOST_PAGES = 16384
/** How often a finished worker is looked for before the thread sleeps, where it may. */
const LOOKS = 20_000

/** The functions that jobs call, by number. */
const functions: readonly (keyof Simd)[] = [
  'setConvolution',
  'setDepth',
  'conv',
  'convFilterGradient',
  'convInputGradient',
  'convInputGradientNarrow',
  'conv3d',
  'conv3dInputGradient',
  'matmul',
]

/** A worker's program: waits for calls, makes them, says so. Plain JavaScript for Node's worker threads and the web's workers. */
const program = `
const start = ({ module, memory, control, scratch, functions }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  exports.setScratch(scratch)
  const words = new Int32Array(memory.buffer)
  const state = control >> 2
  Atomics.store(words, state, ${IDLE})
  for (;;) {
    Atomics.wait(words, state, ${IDLE})
    if (Atomics.load(words, state) !== ${BUSY}) continue
    let result = ${IDLE}
    try {
      let at = state + 2
      for (let calls = words[state + 1]; calls > 0; calls--) {
        const count = words[at + 1]
        exports[functions[words[at]]](...words.subarray(at + 2, at + 2 + count))
        at += 2 + count
      }
    } catch {
      result = ${FAILED}
    }
    Atomics.store(words, state, result)
    Atomics.notify(words, state)
    if (result === ${FAILED}) return
  }
}
if (typeof require === 'function') require('node:worker_threads').parentPort.once('message', start)
else onmessage = event => start(event.data)
`

/** Workers of one backend. */
export interface Crew {
  readonly size: number
  /**
   * Copies what the parts read and sets the workers to them: worker i takes units [ends[i], ends[i + 1]). False where the
   * memory does not suffice.
   */
  hand(heap: Uint8Array, job: Job, ends: readonly number[]): boolean
  /** Waits for the workers and copies their results to the heap from `out` on. False where one failed. */
  collect(heap: Uint8Array, job: Job, ends: readonly number[], out: number): boolean
  dismiss(): void
}

const crews = new WeakMap<WasmBackend, Crew>()

/** The backend's crew, if it has one. */
export const crewOf = (backend: WasmBackend): Crew | undefined => crews.get(backend)

/** Sends the backend's crew away. */
export function discharge(backend: WasmBackend): void {
  crews.get(backend)?.dismiss()
  crews.delete(backend)
}

/**
 * Gives a backend as many threads as asked for, itself included. Answers how many it has then: 1 where workers or shared
 * memory are not to be had.
 */
export async function engage(backend: WasmBackend, threads: number): Promise<number> {
  const present = crews.get(backend)
  if (present && present.size === threads - 1) return threads
  discharge(backend)
  if (threads < 2) return 1
  const crew = await hire(threads - 1)
  if (!crew) return 1
  crews.set(backend, crew)
  return crew.size + 1
}

async function hire(size: number): Promise<Crew | undefined> {
  let memory: WebAssembly.Memory
  const workers: Thread[] = []
  const dismiss = (): void => {
    for (const worker of workers) worker.stop()
  }
  // Enough for the control blocks and every worker's scratch; what jobs read comes behind.
  const room = CONTROL * size
  try {
    memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true })
    const module = sharedModule()
    const { scratchBytes } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Simd
    const scratch = scratchBytes()
    const base = room + scratch * size
    if (base > memory.buffer.byteLength) memory.grow(Math.ceil(base / PAGE))
    for (let i = 0; i < size; i++) {
      new Int32Array(memory.buffer)[(i * CONTROL) >> 2] = STARTING
      const worker = spawn(program)
      if (!worker) {
        dismiss()
        return undefined
      }
      workers.push(worker)
      worker.post({ module, memory, control: i * CONTROL, scratch: room + i * scratch, functions })
    }
    const words = new Int32Array(memory.buffer)
    const ready = () => workers.every((_, i) => Atomics.load(words, (i * CONTROL) >> 2) === IDLE)
    for (let wait = 0; wait < 1000 && !ready(); wait++) await new Promise(resume => setTimeout(resume, 2))
    if (!ready()) {
      dismiss()
      return undefined
    }
    return assembled(memory, base, workers.length, dismiss)
  } catch {
    dismiss()
    return undefined
  }
}

/** The crew's side of the memory: copying, control words, waiting. */
function assembled(memory: WebAssembly.Memory, base: number, size: number, dismiss: () => void): Crew {
  let words = new Int32Array(memory.buffer)
  let bytes = new Uint8Array(memory.buffer)
  /** Where each worker's result lies. */
  const results = new Array<number>(size).fill(0)
  let busy = 0

  const reserve = (end: number): boolean => {
    if (end <= bytes.byteLength) return true
    try {
      memory.grow(Math.ceil((end - bytes.byteLength) / PAGE))
    } catch {
      return false
    }
    words = new Int32Array(memory.buffer)
    bytes = new Uint8Array(memory.buffer)
    return true
  }

  const wait = (state: number): void => {
    for (let looks = 0; Atomics.load(words, state) === BUSY; looks++) {
      if (looks < LOOKS) continue
      try {
        Atomics.wait(words, state, BUSY)
      } catch {
        // A browser's main thread may not sleep: it keeps looking.
        looks = 0
      }
    }
  }

  const hand = (heap: Uint8Array, job: Job, ends: readonly number[]): boolean => {
    let free = base
    const take = (count: number): number => {
      const at = free
      free += Math.ceil(count / 64) * 64
      return at
    }
    // What two parts both read is copied once.
    const copies = new Map<string, { to: number; span: Span }>()
    const parts = ends.slice(0, -1).map((from, i) => {
      const to = ends[i + 1]!
      const at = job.reads(from, to).map(span => {
        const key = `${span.at}:${span.bytes}`
        const copy = copies.get(key) ?? { to: take(span.bytes), span }
        copies.set(key, copy)
        return copy.to
      })
      if (job.scratch) at.push(take(job.scratch))
      results[i] = take((to - from) * job.unitBytes)
      return { from, to, at }
    })
    if (!reserve(free)) return false
    for (const { to, span } of copies.values()) {
      bytes.set(heap.subarray(span.at, span.at + span.bytes), to)
    }
    busy = 0
    for (const [i, { from, to, at }] of parts.entries()) {
      if (from === to) continue
      const state = (i * CONTROL) >> 2
      const calls = job.calls(at, results[i]!, from, to)
      words[state + 1] = calls.length
      let next = state + 2
      for (const [name, ...numbers] of calls) {
        words[next] = functions.indexOf(name)
        words[next + 1] = numbers.length
        words.set(numbers, next + 2)
        next += 2 + numbers.length
      }
      Atomics.store(words, state, BUSY)
      Atomics.notify(words, state)
      busy++
    }
    return busy > 0
  }

  const collect = (heap: Uint8Array, job: Job, ends: readonly number[], out: number): boolean => {
    let whole = true
    for (let i = 0; i < size; i++) {
      const [from, to] = [ends[i]!, ends[i + 1]!]
      const state = (i * CONTROL) >> 2
      wait(state)
      if (Atomics.load(words, state) === FAILED) whole = false
      const result = results[i]!
      heap.set(bytes.subarray(result, result + (to - from) * job.unitBytes), out + from * job.unitBytes)
    }
    return whole
  }

  return { size, hand, collect, dismiss }
}
