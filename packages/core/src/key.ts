import { noteFold, noteUse } from './draws.ts'

/**
 * A key of randomness: two unsigned 32-bit numbers. Keys are plain data and never change; `fold` derives new ones.
 * The same key gives the same numbers in Node and in every browser (golden vectors are in the tests).
 */
export type Key = readonly [number, number]

/**
 * Threefry-2x32 with 20 rounds: a counter-based hash of two words under a two-word key.
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.
 * Writes the two hashed words to `out[at]` and `out[at + 1]`.
 */
export function threefry(key: Key, c0: number, c1: number, out: Uint32Array, at = 0): void {
  const k0 = key[0] | 0
  const k1 = key[1] | 0
  const k2 = k0 ^ k1 ^ 0x1bd11bda
  let x0 = (c0 + k0) | 0
  let x1 = (c1 + k1) | 0
  // Five groups of four rounds, each followed by an injection of key words; written out, since this is what random numbers cost.
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 1) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + k2) | 0
  x1 = (x1 + k0 + 2) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + k0) | 0
  x1 = (x1 + k1 + 3) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 4) | 0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
  x0 = (x0 + x1) | 0
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
  x0 = (x0 + k2) | 0
  x1 = (x1 + k0 + 5) | 0
  out[at] = x0
  out[at + 1] = x1
}

const hash = (key: Key, c0: number, c1: number): Key => {
  const out = new Uint32Array(2)
  threefry(key, c0, c1, out)
  return [out[0]!, out[1]!]
}

/** The root key of a seed, a non-negative safe integer. Throws on anything else. */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`seed must be a non-negative integer, got ${seed}`)
  return hash([seed >>> 0, Math.floor(seed / 2 ** 32)], 0, 0)
}

/** The key derived from `parent` by a name or a non-negative integer (a step, an index). */
export function fold(parent: Key, by: string | number): Key {
  if (typeof by === 'number') {
    if (!Number.isSafeInteger(by) || by < 0)
      throw new Error(`fold: expected a name or a non-negative integer, got ${by}`)
    return noteFold(parent, by, hash(parent, by >>> 0, Math.floor(by / 2 ** 32)))
  }
  // Names live in a domain of their own (the high bit of the second counter word), chained four bytes at a time.
  const bytes = new TextEncoder().encode(by)
  let k = hash(parent, bytes.length, 0x80000000)
  for (let i = 0; i < bytes.length; i += 4) {
    const word =
      (bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)) >>>
      0
    k = hash(k, word, 0x80000000)
  }
  return noteFold(parent, by, k)
}

/**
 * `n` uniform 32-bit words of `key`, those at positions `offset .. offset + n - 1` of its stream:
 * word i depends on the key and i alone, so any part of a stream can be made without the rest.
 */
export function bits(k: Key, n: number, offset = 0): Uint32Array {
  noteUse(k)
  const first = offset & ~1
  const pairs = (offset + n - first + 1) >> 1
  const out = new Uint32Array(pairs * 2)
  for (let p = 0; p < pairs; p++) {
    const counter = first / 2 + p
    threefry(k, counter >>> 0, Math.floor(counter / 2 ** 32), out, p * 2)
  }
  return out.subarray(offset - first, offset - first + n)
}
