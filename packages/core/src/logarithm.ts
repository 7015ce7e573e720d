const view = new DataView(new ArrayBuffer(8))

/**
 * Natural logarithm of a positive, normal float64 by +, -, * and / alone: Math.log may differ in its last bit between
 * JavaScript engines, and random numbers must not. x = m 2^e with m in [sqrt 1/2, sqrt 2); log m = 2 atanh((m-1)/(m+1)).
 */
export function logarithm(x: number): number {
  view.setFloat64(0, x)
  const high = view.getUint32(0)
  let exponent = (high >>> 20) - 1023
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000)
  let m = view.getFloat64(0)
  if (m > Math.SQRT2) {
    m /= 2
    exponent += 1
  }
  const s = (m - 1) / (m + 1)
  const s2 = s * s
  let sum = 1 / 21
  sum = sum * s2 + 1 / 19
  sum = sum * s2 + 1 / 17
  sum = sum * s2 + 1 / 15
  sum = sum * s2 + 1 / 13
  sum = sum * s2 + 1 / 11
  sum = sum * s2 + 1 / 9
  sum = sum * s2 + 1 / 7
  sum = sum * s2 + 1 / 5
  sum = sum * s2 + 1 / 3
  sum = sum * s2 + 1
  return 2 * s * sum + exponent * Math.LN2
}
