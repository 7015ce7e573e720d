/**
 * The SIMD module (assembly/): WebAssembly of our own that works on the heap of tfjs-backend-wasm, so that its kernels
 * take and give the stock backend's tensors without a copy.
 *
 * @module
 */
import type { WasmBackend } from '../heap.ts'
import { base64 } from './bytes.ts'

/** Geometry of a convolution. */
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

/** Geometry of windows over images. */
type Windows = [
  h: number,
  w: number,
  oh: number,
  ow: number,
  fh: number,
  fw: number,
  sh: number,
  sw: number,
  dh: number,
  dw: number,
  top: number,
  left: number,
]

/** What the module exports. Addresses and steps are in bytes; a table of axes lies at `axes`. */
export interface Simd {
  setConvolution(...geometry: Geometry): void
  conv(x: number, filter: number, out: number): void
  convFilterGradient(x: number, dy: number, out: number): void
  convInputGradient(dy: number, filter: number, out: number): void
  convInputGradientNarrow(dy: number, filter: number, out: number, shares: number, chunk: number): void
  setDepth(d: number, od: number, fd: number, sd: number, dd: number, front: number): void
  conv3d(x: number, filter: number, out: number): void
  conv3dFilterGradient(x: number, dy: number, out: number): void
  conv3dInputGradient(dy: number, filter: number, out: number): void
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
  unary(op: number, x: number, out: number, count: number, p: number, q: number): void
  binary(op: number, a: number, b: number, out: number, rank: number, axes: number): void
  select(condition: number, yes: number, no: number, out: number, count: number): void
  reduce(op: number, x: number, out: number, outer: number, count: number, inner: number, scale: number): void
  setWindows(...windows: Windows): void
  depthwise(x: number, filter: number, out: number, n: number, channels: number, multiplier: number): void
  depthwiseInputGradient(
    dy: number,
    filter: number,
    out: number,
    n: number,
    channels: number,
    multiplier: number,
  ): void
  depthwiseFilterGradient(
    x: number,
    dy: number,
    out: number,
    row: number,
    n: number,
    channels: number,
    multiplier: number,
  ): void
  pool(average: number, x: number, out: number, n: number, channels: number): void
  copy(x: number, out: number, rank: number, axes: number): void
  gather(
    x: number,
    indices: number,
    out: number,
    outer: number,
    size: number,
    n: number,
    bytes: number,
  ): number
}

/** What is called once, when the module is made. */
interface Setup {
  scratchBytes(): number
  setScratch(address: number): void
}

/** The module on one backend's heap. */
export interface Instance extends Simd {
  /** Writes a table of axes, for the functions that take one, and gives its address. */
  table(numbers: readonly number[]): number
}

/** More numbers than the axes of any tensor tfjs can make. */
const TABLE = 64

const decode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), c => c.charCodeAt(0))

let compiled: WebAssembly.Module | undefined
const instances = new WeakMap<WasmBackend, Instance>()

/**
 * The module on this backend's heap; compiled at the first call, instantiated once for each backend.
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
  compiled ??= new WebAssembly.Module(decode(base64))
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  const exported = instance.exports as unknown as Simd & Setup
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
