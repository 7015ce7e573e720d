import type { Runner } from './worker.ts'

// Each runner in a worker of its own, since ONNX Runtime has its threads for life; they train by turns.

const workers = new Map<string, Worker>()

const ask = <T>(name: string, what: unknown) =>
  new Promise<T>((resolve, reject) => {
    const worker = workers.get(name)!
    worker.onmessage = ({ data: { result, error } }) => (error ? reject(new Error(error)) : resolve(result))
    worker.onerror = event => reject(new Error(event.message))
    worker.postMessage(what)
  })

/** Makes a runner ready: the name of what runs its steps. */
const start = (name: string, runner: Runner) => {
  workers.set(name, new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))
  return ask<string>(name, runner)
}
/** Milliseconds a step, over so many. */
const turn = (name: string, steps: number) => ask<number>(name, steps)

Object.assign(globalThis, { start, turn })
