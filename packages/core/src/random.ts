import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { draw } from './draws.ts'
import { bits, type Key } from './key.ts'
import { logarithm } from './logarithm.ts'

/** How many numbers of the key's stream to skip: row i of a batch alone is `offset = i * rowSize`. */
export interface DrawOptions {
  offset?: number
}

/** `n` numbers uniform in the open interval (0, 1), each exact in float32: (k + 1/2) / 2^23. */
export function uniforms(key: Key, n: number, offset = 0): Float32Array {
  const words = bits(key, n, offset)
  const out = new Float32Array(n)
  for (let i = 0; i < n; i++) out[i] = ((words[i]! >>> 9) + 0.5) / 2 ** 23
  return out
}

/**
 * `n` standard normal numbers, one per word of the stream, by the inverse of the normal distribution function.
 * Source: Wichura 1988, algorithm AS 241 (PPND16). Only +, -, *, / and sqrt are used (`logarithm` is ours), operations that
 * IEEE 754 fixes to the last bit, so that every engine gives the same numbers.
 */
export function normals(key: Key, n: number, offset = 0): Float32Array {
  const words = bits(key, n, offset)
  const out = new Float32Array(n)
  for (let i = 0; i < n; i++) out[i] = normalQuantile((words[i]! + 0.5) / 2 ** 32)
  return out
}

// Wichura's rational approximations, highest power first; written out, since a loop over coefficients is ten times slower.
// biome-ignore-start format: tables
const centre = (q: number, x: number): number =>
  (q *
    (((((((2509.0809287301227 * x + 33430.57558358813) * x + 67265.7709270087) * x + 45921.95393154987) * x +
      13731.69376550946) *
      x +
      1971.5909503065513) *
      x +
      133.14166789178438) *
      x +
      3.3871328727963665)) /
  (((((((5226.495278852546 * x + 28729.085735721943) * x + 39307.89580009271) * x + 21213.794301586597) * x +
    5394.196021424751) *
    x +
    687.1870074920579) *
    x +
    42.31333070160091) *
    x +
    1)
const middle = (x: number): number =>
  (((((((0.0007745450142783414 * x + 0.022723844989269184) * x + 0.2417807251774506) * x +
    1.2704582524523684) *
    x +
    3.6478483247632045) *
    x +
    5.769497221460691) *
    x +
    4.630337846156546) *
    x +
    1.4234371107496835) /
  (((((((1.0507500716444169e-9 * x + 0.0005475938084995345) * x + 0.015198666563616457) * x +
    0.14810397642748008) *
    x +
    0.6897673349851) *
    x +
    1.6763848301838038) *
    x +
    2.053191626637759) *
    x +
    1)
const tail = (x: number): number =>
  (((((((2.0103343992922881e-7 * x + 2.7115555687434876e-5) * x + 0.0012426609473880784) * x +
    0.026532189526576124) *
    x +
    0.29656057182850487) *
    x +
    1.7848265399172913) *
    x +
    5.463784911164114) *
    x +
    6.657904643501103) /
  (((((((2.0442631033899397e-15 * x + 1.421511758316446e-7) * x + 1.8463183175100548e-5) * x +
    0.0007868691311456133) *
    x +
    0.014875361290850615) *
    x +
    0.1369298809227358) *
    x +
    0.599832206555888) *
    x +
    1)
// biome-ignore-end format: tables

/** The standard normal quantile of p in (0, 1). */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return centre(q, 0.180625 - q * q)
  const r = Math.sqrt(-logarithm(q < 0 ? p : 1 - p))
  const size = r <= 5 ? middle(r - 1.6) : tail(r - 5)
  return q < 0 ? -size : size
}

/** The p in (0, 1/2) whose standard normal quantile is -z, z > 0, found by halving: no operation but those of `normalQuantile`. */
function lowerTail(z: number): number {
  let [low, high] = [0, 0.5]
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return high
    if (normalQuantile(middle) < -z) low = middle
    else high = middle
  }
}

/**
 * `n` standard normal numbers given that none is larger than `threshold` > 0 in size: the distribution of drawing again until
 * it is not, at one word a number. A lower threshold gives the same numbers, closer to 0.
 */
export function truncatedNormals(key: Key, n: number, threshold: number, offset = 0): Float32Array {
  const words = bits(key, n, offset)
  const tail = lowerTail(threshold)
  const out = new Float32Array(n)
  for (let i = 0; i < n; i++) out[i] = normalQuantile(tail + ((words[i]! + 0.5) / 2 ** 32) * (1 - 2 * tail))
  return out
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** A tensor of `shape` uniform in (low, high). */
export const uniform = (
  key: Key,
  shape: readonly number[],
  low = 0,
  high = 1,
  { offset = 0 }: DrawOptions = {},
): Tensor =>
  tensor(
    draw(key, k => uniforms(k, sizeOf(shape), offset).map(u => low + (high - low) * u)),
    [...shape],
  )

/** A tensor of `shape` of normal numbers with the given mean and standard deviation. */
export const normal = (
  key: Key,
  shape: readonly number[],
  mean = 0,
  deviation = 1,
  { offset = 0 }: DrawOptions = {},
): Tensor =>
  tensor(
    draw(key, k => {
      const z = normals(k, sizeOf(shape), offset)
      return mean === 0 && deviation === 1 ? z : z.map(one => mean + deviation * one)
    }),
    [...shape],
  )

/** A tensor of `shape` of standard normal numbers of size at most `threshold`: `truncatedNormals`. */
export const truncatedNormal = (
  key: Key,
  shape: readonly number[],
  threshold: number,
  { offset = 0 }: DrawOptions = {},
): Tensor =>
  tensor(
    draw(key, k => truncatedNormals(k, sizeOf(shape), threshold, offset)),
    [...shape],
  )

/** A tensor of `shape` that is 1 with probability `p` and 0 otherwise. */
export const bernoulli = (key: Key, shape: readonly number[], p: number): Tensor =>
  tensor(
    draw(key, k => uniforms(k, sizeOf(shape)).map(u => (u < p ? 1 : 0))),
    [...shape],
  )

/** `n` integers uniform in 0 .. high - 1. */
export function integers(key: Key, n: number, high: number, offset = 0): Int32Array {
  const words = bits(key, n, offset)
  return Int32Array.from(words, w => Math.floor((w / 2 ** 32) * high))
}

/**
 * Element `i` of a keyed permutation of 0 .. n - 1, without making the whole of it: a four-round Feistel network on the
 * enclosing power of four, walked until it lands inside. Data order is this, so a checkpoint stores no iterator.
 */
export function permuted(key: Key, n: number, i: number): number {
  if (!(Number.isInteger(i) && i >= 0 && i < n)) throw new Error(`permuted: expected 0 <= i < ${n}, got ${i}`)
  const half = Math.max(1, Math.ceil((32 - Math.clz32(n - 1)) / 2))
  const mask = 2 ** half - 1
  let x = i
  do {
    let left = Math.floor(x / 2 ** half)
    let right = x & mask
    for (let round = 0; round < 4; round++) {
      const mixed = mix(
        (right + Math.imul(round + 1, 0x9e3779b9) + key[round & 1]!) | 0,
        key[(round + 1) & 1]!,
      )
      ;[left, right] = [right, (left ^ mixed) & mask]
    }
    x = left * 2 ** half + right
  } while (x >= n)
  return x
}

/** Bijective avalanche of 32 bits under a salt (finalizer of MurmurHash3, Appleby, public domain constants). */
const mix = (x: number, salt: number): number => {
  let h = (x ^ salt) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
