import { candidates } from '#platform'
import type { BackendOptions } from './candidate.ts'
import { type BackendDescription, type BackendReport, choose, describe } from './choose.ts'

/** Backends that exist somewhere; which of them are known depends on where this runs (Node or a browser). */
export type BackendName = 'auto' | 'cuda' | 'webgpu' | 'tensorflow' | 'wasm' | 'cpu'

/**
 * Chooses a tfjs backend, imports it, adds the kernels it lacks and makes it the current one. `auto` takes the first
 * that works: in Node CUDA, WebGPU, TensorFlow's C library, WebAssembly, plain JavaScript; in a browser WebGPU and the last
 * two. A GPU that is a program on the processor is passed over: WebAssembly is faster.
 *
 * @throws where the name is unknown, or the backend asked for cannot be used; the message says why and what to do
 */
export const useBackend = (
  name: BackendName | (string & {}) = 'auto',
  options: BackendOptions = {},
): Promise<BackendReport> => choose(candidates, name, options)

/** What could be used here, and why the others could not; the current backend stays. */
export const describeBackends = (options: BackendOptions = {}): Promise<BackendDescription[]> =>
  describe(candidates, options)
