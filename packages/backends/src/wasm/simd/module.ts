/**
 * The SIMD module (assembly/): WebAssembly of our own. Its functions take addresses in whatever memory it is instantiated on.
 *
 * @module
 */
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

/** What the module exports; the documentation of each function is at its source. Addresses and steps are in bytes. */
export interface Simd {
  scratchBytes(): number
  setScratch(address: number): void
  setConvolution(...geometry: Geometry): void
  conv(x: number, filter: number, out: number): void
  convFilterGradient(x: number, dy: number, out: number, first: number, rows: number): void
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
    lineA: number,
    stepA: number,
    stepB: number,
  ): void
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    pOut: number,
    mOut: number,
    vOut: number,
    count: number,
    rate: number,
    epsilon: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
  ): void
  gradient(op: number, dy: number, y: number, out: number, count: number, p: number): void
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

const decode = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), c => c.charCodeAt(0))

let own: WebAssembly.Module | undefined
let shared: WebAssembly.Module | undefined

/** The module for a memory of one thread; compiled at the first call. */
export function ownModule(): WebAssembly.Module {
  own ??= new WebAssembly.Module(decode())
  return own
}

/** In the binary: the import of "env" "memory" as a memory, and its limits "any size". */
const IMPORT = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 0]
/** The limits "shared, at most 65536 pages" in their place: three bytes more. */
const SHARED = [3, 0, 0x80, 0x80, 4]

/**
 * The same module for a memory shared by threads. WebAssembly wants that stated where the memory is imported; nothing else
 * differs, so the statement is written into a copy of the binary.
 */
export function sharedModule(): WebAssembly.Module {
  if (shared) return shared
  const bytes = [...decode()]
  const at = bytes.findIndex((_, i) => IMPORT.every((byte, j) => bytes[i + j] === byte))
  const limits = at + IMPORT.length - 2
  bytes.splice(limits, 2, ...SHARED)
  // The section starts with its id (2), its length and the number of imports (1): lengths this small are one byte.
  bytes[at - 2]! += SHARED.length - 2
  shared = new WebAssembly.Module(Uint8Array.from(bytes))
  return shared
}
