import { Worker } from 'node:worker_threads'
import type { Thread } from '../thread.ts'

/** Starts a worker with the given program; it does not keep the process alive. */
export function spawn(program: string): Thread | undefined {
  const worker = new Worker(program, { eval: true })
  worker.unref()
  return { post: message => worker.postMessage(message), stop: () => void worker.terminate() }
}
