/**
 * The SIMD module on the heap of tfjs-backend-wasm, so that its kernels take and give the stock backend's tensors.
 *
 * @module
 */
import type { WasmBackend } from '../heap.ts'
import { ownModule, type Simd } from './module.ts'

/** The module on one backend's heap. */
export interface Instance extends Simd {
  /** Writes a table of axes, for the functions that take one, and gives its address. */
  table(numbers: readonly number[]): number
}

/** More numbers than the axes of any tensor tfjs can make. */
const TABLE = 64

const instances = new WeakMap<WasmBackend, Instance>()

/**
 * The module on this backend's heap; made at the first call.
 *
 * @throws where the JavaScript engine has no WebAssembly SIMD or the backend does not show its memory
 */
export function simd(backend: WasmBackend): Instance {
  const present = instances.get(backend)
  if (present) return present
  const memory = backend.wasm.asm?.memory
  if (!(memory instanceof WebAssembly.Memory)) {
    throw new Error(
      "wasm: this backend shows no memory to work on; let useBackend('wasm') make it before anything else does",
    )
  }
  const exported = new WebAssembly.Instance(ownModule(), { env: { memory } }).exports as unknown as Simd
  // Both live as long as the backend does.
  exported.setScratch(backend.wasm._malloc(exported.scratchBytes()))
  const at = backend.wasm._malloc(TABLE * 4)
  const made: Instance = {
    ...exported,
    table(numbers) {
      new Int32Array(backend.wasm.HEAPU8.buffer, at >>> 0, numbers.length).set(numbers)
      return at
    },
  }
  instances.set(backend, made)
  return made
}
