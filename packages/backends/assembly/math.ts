/**
 * Elementary functions on four numbers at once: argument reduction and polynomials of the kind found in the Cephes library
 * (S. Moshier), within a few units in the last place. Not-a-number and infinities come out as IEEE 754 has them.
 */

// @ts-expect-error: decorator
@inline
function all(value: f32): v128 {
  return f32x4.splat(value)
}

/** a x + b */
// @ts-expect-error: decorator
@inline
function fold(a: v128, x: v128, b: f32): v128 {
  return f32x4.add(f32x4.mul(a, x), all(b))
}

/** 2^n for whole n in [-126, 127], n as int32. */
// @ts-expect-error: decorator
@inline
function power(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}

/** exp(r) - 1 - r for |r| <= 0.5 ln 2, divided by r^2. */
// @ts-expect-error: decorator
@inline
function expTail(r: v128): v128 {
  let p = all(1.9875691500e-4)
  p = fold(p, r, 1.3981999507e-3)
  p = fold(p, r, 8.3334519073e-3)
  p = fold(p, r, 4.1665795894e-2)
  p = fold(p, r, 1.6666665459e-1)
  return fold(p, r, 5.0000001201e-1)
}

/** 1.5 * 2^23: adding it to a small number leaves that number, rounded to a whole one, in the lowest bits. */
const ROUNDER: f32 = 12582912

// @ts-expect-error: decorator
@inline
export function exp(value: v128): v128 {
  // Beyond these bounds the result is 0 or infinite anyhow. In this order not-a-number stays.
  const x = f32x4.pmax(f32x4.pmin(value, all(89)), all(-104))
  const shifted = fold(x, all(1.44269504088896341), ROUNDER)
  const n = f32x4.sub(shifted, all(ROUNDER))
  // ln 2 in two parts, so that the first product is exact.
  let r = f32x4.sub(x, f32x4.mul(n, all(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, all(-2.12194440e-4)))
  const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(expTail(r), r), r), r), all(1))
  // The scale goes on in two steps: either alone is in range, and denormal results are rounded once.
  const whole = i32x4.sub(shifted, all(ROUNDER))
  const half = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(y, power(half)), power(i32x4.sub(whole, half)))
}

// @ts-expect-error: decorator
@inline
export function expm1(x: v128): v128 {
  const small = f32x4.add(f32x4.mul(f32x4.mul(expTail(x), x), x), x)
  const large = f32x4.sub(exp(x), all(1))
  return v128.bitselect(small, large, f32x4.lt(f32x4.abs(x), all(0.34)))
}

/** log of a positive, finite number that is not denormal. */
// @ts-expect-error: decorator
@inline
function logNormal(x: v128): v128 {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)): counted from the bits of sqrt(1/2).
  const from = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const e = i32x4.shr_s(from, 23)
  const m = f32x4.sub(i32x4.sub(x, i32x4.shl(e, 23)), all(1))
  const n = f32x4.convert_i32x4_s(e)
  const z = f32x4.mul(m, m)
  let p = all(7.0376836292e-2)
  p = fold(p, m, -1.1514610310e-1)
  p = fold(p, m, 1.1676998740e-1)
  p = fold(p, m, -1.2420140846e-1)
  p = fold(p, m, 1.4249322787e-1)
  p = fold(p, m, -1.6668057665e-1)
  p = fold(p, m, 2.0000714765e-1)
  p = fold(p, m, -2.4999993993e-1)
  p = fold(p, m, 3.3333331174e-1)
  let y = f32x4.mul(f32x4.mul(p, m), z)
  y = f32x4.add(y, f32x4.mul(n, all(-2.12194440e-4)))
  y = f32x4.sub(y, f32x4.mul(z, all(0.5)))
  return f32x4.add(f32x4.add(m, y), f32x4.mul(n, all(0.693359375)))
}

// @ts-expect-error: decorator
@inline
export function log(value: v128): v128 {
  // Denormal numbers are scaled up first, by 2^23.
  const tiny = f32x4.lt(value, all(1.17549435e-38))
  const x = v128.bitselect(f32x4.mul(value, all(8388608)), value, tiny)
  let y = f32x4.sub(logNormal(x), v128.and(tiny, all(15.9423851528787421)))
  y = v128.bitselect(value, y, f32x4.eq(value, all(Infinity)))
  y = v128.bitselect(all(-Infinity), y, f32x4.eq(value, all(0)))
  return v128.bitselect(y, all(NaN), f32x4.ge(value, all(0)))
}

/** log(1 + x): what 1 + x lost by rounding is put back as a factor (W. Kahan). */
// @ts-expect-error: decorator
@inline
export function log1p(x: v128): v128 {
  const w = f32x4.add(x, all(1))
  const corrected = f32x4.mul(log(w), f32x4.div(x, f32x4.sub(w, all(1))))
  const y = v128.bitselect(x, corrected, f32x4.eq(w, all(1)))
  return v128.bitselect(x, y, f32x4.eq(x, all(Infinity)))
}

// @ts-expect-error: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = all(-5.70498872745e-3)
  p = fold(p, z, 2.06390887954e-2)
  p = fold(p, z, -5.37397155531e-2)
  p = fold(p, z, 1.33314422036e-1)
  p = fold(p, z, -3.33332819422e-1)
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x)
  const e = exp(f32x4.add(size, size))
  const large = f32x4.sub(all(1), f32x4.div(all(2), f32x4.add(e, all(1))))
  const signed = v128.or(large, v128.and(x, i32x4.splat(0x80000000)))
  return v128.bitselect(small, signed, f32x4.lt(size, all(0.625)))
}

/** log(1 + exp(x)) without overflow. */
// @ts-expect-error: decorator
@inline
export function softplus(x: v128): v128 {
  const u = exp(f32x4.neg(f32x4.abs(x)))
  const w = f32x4.add(u, all(1))
  // What 1 + u lost by rounding is added: w is at most 2, so that its derivative 1 / w need not be right.
  const tail = f32x4.add(logNormal(w), f32x4.sub(u, f32x4.sub(w, all(1))))
  return f32x4.add(f32x4.pmax(x, all(0)), tail)
}

/** The error function as x P(x^2) / Q(x^2) on [-4, 4], beyond which it is 1 in single precision. */
// @ts-expect-error: decorator
@inline
export function erf(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, all(4)), all(-4))
  const z = f32x4.mul(x, x)
  let p = all(-2.72614225801306e-10)
  p = fold(p, z, 2.77068142495902e-8)
  p = fold(p, z, -2.10102402082508e-6)
  p = fold(p, z, -5.69250639462346e-5)
  p = fold(p, z, -7.34990630326855e-4)
  p = fold(p, z, -2.954599808540e-3)
  p = fold(p, z, -1.60960333262415e-2)
  let q = all(-1.45660718464996e-5)
  q = fold(q, z, -2.13374055278905e-4)
  q = fold(q, z, -1.68282697438203e-3)
  q = fold(q, z, -7.37332916720468e-3)
  q = fold(q, z, -1.42647390514189e-2)
  return f32x4.div(f32x4.mul(x, p), q)
}
