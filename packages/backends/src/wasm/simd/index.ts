/**
 * The SIMD module (assembly/): WebAssembly of our own that works on the heap of tfjs-backend-wasm, so that its kernels
 * take and give the stock backend's tensors without a copy.
 *
 * @module
 */
import type { WasmBackend } from '../heap.ts'
import { base64 } from './bytes.ts'

/** Arguments of the convolutions after the three addresses. */
type Geometry = [
  n: number,
  h: number,
  w: number,
  ci: number,
  oh: number,
  ow: number,
  co: number,
  fh: number,
  fw: number,
  sh: number,
  sw: number,
  dh: number,
  dw: number,
  top: number,
  left: number,
]

/** What the module exports. Addresses are bytes on the heap. */
export interface Simd {
  scratchBytes(): number
  setScratch(address: number): void
  conv(x: number, filter: number, out: number, ...geometry: Geometry): void
  convFilterGradient(x: number, dy: number, out: number, ...geometry: Geometry): void
  convInputGradient(dy: number, filter: number, out: number, ...geometry: Geometry): void
  convInputGradientNarrow(
    dy: number,
    filter: number,
    out: number,
    ...rest: [...Geometry, shares: number, chunk: number]
  ): void
  matmul(
    a: number,
    b: number,
    c: number,
    batch: number,
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
    stepA: number,
    stepB: number,
  ): void
}

const decode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), c => c.charCodeAt(0))

let compiled: WebAssembly.Module | undefined
const instances = new WeakMap<WasmBackend, Simd>()

/**
 * The module on this backend's heap; compiled at the first call, instantiated once for each backend.
 *
 * @throws where the JavaScript engine has no WebAssembly SIMD or the backend does not show its memory
 */
export function simd(backend: WasmBackend): Simd {
  const present = instances.get(backend)
  if (present) return present
  const memory = backend.wasm.asm?.memory ?? backend.wasm.wasmMemory
  if (!(memory instanceof WebAssembly.Memory)) {
    throw new Error(
      'wasm: tfjs-backend-wasm shows no memory to work on; use the version this package asks for',
    )
  }
  compiled ??= new WebAssembly.Module(decode(base64))
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  const module = instance.exports as unknown as Simd
  // The scratch lives as long as the backend does.
  module.setScratch(backend.wasm._malloc(module.scratchBytes()))
  instances.set(backend, module)
  return module
}
