import { bits, fold, type Key } from '../key.ts'
import { uniforms } from '../random.ts'

/** How to draw one input of a case: uniform in [from, to], rounded to single precision. */
export interface InputSpec {
  readonly shape: number[]
  /** Lower end, -1 if not given. */
  readonly from?: number
  /** Upper end, 1 if not given. */
  readonly to?: number
  /** Points where the function has a kink or a jump; samples keep a distance of 0.05 from them. */
  readonly away?: readonly number[]
  /** True where a function compares entries (max, sorting): no two samples lie closer than their even spacing. */
  readonly distinct?: boolean
}

const margin = 0.05

/** Deterministic samples of a spec, in row-major order. */
export function samples(spec: InputSpec, key: Key): Float64Array {
  const { shape, from = -1, to = 1, away = [], distinct = false } = spec
  const n = shape.reduce((product, size) => product * size, 1)
  const us = distinct ? spaced(n, key) : uniforms(key, n)
  return Float64Array.from(us, u => {
    const x = from + (to - from) * u
    const kink = away.find(k => Math.abs(x - k) < margin)
    return Math.fround(kink === undefined ? x : kink + (x < kink ? -margin : margin) + (x - kink))
  })
}

/** n evenly spaced numbers in (0, 1), in random order. */
function spaced(n: number, key: Key): Float64Array {
  const order = Array.from({ length: n }, (_, i) => i)
  const words = bits(fold(key, 'order'), n)
  for (let i = n - 1; i > 0; i--) {
    const j = words[i]! % (i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return Float64Array.from(order, i => (i + 0.5) / n)
}

/** Uniform in [-1, 1]: the directions along which derivatives are compared. */
export const direction = (size: number, key: Key): Float64Array =>
  Float64Array.from(uniforms(key, size), u => Math.fround(2 * u - 1))
