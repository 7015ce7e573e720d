/**
 * The browser's side of `#platform` (see `imports` in package.json): nothing in here may import from Node.
 *
 * @module
 */
import { cpu } from '../backends/cpu.ts'
import { wasm } from '../backends/wasm.ts'
import type { BackendCandidate } from '../candidate.ts'
import type { Thread } from '../thread.ts'
import { webgl } from './webgl.ts'
import { webgpu } from './webgpu.ts'

export type { Thread }

/** Browsers do not tell the processor's model. */
export const processor = (): string => 'CPU'

/**
 * Backends known here, best first. WebGL comes behind wasm: its speed on GPUs is not measured, wasm's is, and every gradient is
 * there.
 */
export const candidates: readonly BackendCandidate[] = [webgpu, wasm, webgl, cpu]

/** How many threads are worth having. */
export const cores = (): number => navigator.hardwareConcurrency || 1

/** Starts a worker with the given program, where the page may share memory with it. */
export function spawn(program: string): Thread | undefined {
  if (!globalThis.crossOriginIsolated || typeof Worker === 'undefined') return undefined
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  return {
    post: message => worker.postMessage(message),
    stop: () => {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}
