import type { DType, Values } from './graph.ts'
import { TooLarge } from './too-large.ts'

/** Room for one tensor in the memory that models and element-wise kernels share. */
export interface Region {
  /** Byte address, a multiple of 64. */
  readonly pointer: number
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly view: Values
}

const ALIGN = 64
const PAGE = 65536
/** A WebAssembly memory of 32-bit addresses ends here. */
export const MOST_BYTES = 2 ** 32 - PAGE

/** Bytes of a tensor; bools take one byte each. */
export const bytesOf = (shape: readonly number[], dtype: DType): number =>
  shape.reduce((a, b) => a * b, 1) * (dtype === 'bool' ? 1 : 4)

/** What a tensor takes in an arena. */
export const paddedBytes = (shape: readonly number[], dtype: DType): number =>
  Math.ceil(Math.max(1, bytesOf(shape, dtype)) / ALIGN) * ALIGN

/** A WebAssembly memory that never grows, so that views of it stay valid, given away in regions from its beginning. */
export interface Arena {
  readonly memory: WebAssembly.Memory
  /** A region at the next free address, or at `pointer`. */
  region(shape: readonly number[], dtype: DType, pointer?: number): Region
  /** The next `bytes` as a whole: their first address. */
  reserve(bytes: number): number
}

/** An arena of `bytes`. Throws `TooLarge` if there are not as many. */
export function arenaOf(bytes: number): Arena {
  const refused = (why: string, cause?: unknown) =>
    new TooLarge(
      `the step needs ${(bytes / 2 ** 30).toFixed(1)} GiB for its state and what passes between its parts, ${why}: use smaller networks or batches`,
      { cause },
    )
  if (bytes > MOST_BYTES) throw refused('4 GiB is the most that can be had')
  const pages = Math.max(1, Math.ceil(bytes / PAGE))
  let memory: WebAssembly.Memory
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch (cause) {
    throw refused('and this machine does not give as many', cause)
  }
  let free = 0
  const reserve = (size: number) => {
    const pointer = free
    free += Math.ceil(size / ALIGN) * ALIGN
    if (free > pages * PAGE) throw new Error('an arena was made too small for what it is to hold')
    return pointer
  }
  return {
    memory,
    reserve,
    region: (shape, dtype, at) => {
      const pointer = at ?? reserve(paddedBytes(shape, dtype))
      const size = shape.reduce((a, b) => a * b, 1)
      const Kind = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
      return { pointer, shape, dtype, view: new Kind(memory.buffer, pointer, size) }
    },
  }
}
