/**
 * The inner kernels of the matrix product: a block of C stays in registers while panels of A and B stream by.
 */

/**
 * a * b + c, rounded twice. Relaxed SIMD's fused form would be a quarter faster where there is one, but then results would
 * differ from machine to machine; like this a run has the same bits everywhere.
 */
// @ts-expect-error: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c)
}

/** Whether a block starts from zero or from what C holds. */
export class Fresh {}
export class Onto {}

// @ts-expect-error: decorator
@inline
function start<From>(at: i32): v128 {
  return idof<From>() == idof<Onto>() ? v128.load(at) : f32x4.splat(0)
}

/**
 * C[0..4, 0..8] = A B, or += from {@link Onto}. What C holds and an odd step go before the loop: where
 * anything but storing follows it, V8 moves registers about inside the loop, which costs a third of the speed.
 *
 * a: packed panel, 4 numbers for each of `depth` steps; b: 8 numbers for each step, `stepB` bytes from step to step;
 * r0 .. r3: addresses of C's four rows.
 */
export function block4x8<From>(
  depth: i32,
  a: i32,
  b: i32,
  stepB: i32,
  r0: i32,
  r1: i32,
  r2: i32,
  r3: i32,
): void {
  let c00 = start<From>(r0)
  let c01 = start<From>(r0 + 16)
  let c10 = start<From>(r1)
  let c11 = start<From>(r1 + 16)
  let c20 = start<From>(r2)
  let c21 = start<From>(r2 + 16)
  let c30 = start<From>(r3)
  let c31 = start<From>(r3 + 16)
  if (depth & 1) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let s = v128.load_splat<f32>(a)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load_splat<f32>(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load_splat<f32>(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load_splat<f32>(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    a += 16
    b += stepB
  }
  for (let k = depth >> 1; k > 0; k--) {
    let b0 = v128.load(b)
    let b1 = v128.load(b, 16)
    let s = v128.load_splat<f32>(a)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load_splat<f32>(a, 4)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load_splat<f32>(a, 8)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load_splat<f32>(a, 12)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    b += stepB
    b0 = v128.load(b)
    b1 = v128.load(b, 16)
    s = v128.load_splat<f32>(a, 16)
    c00 = madd(s, b0, c00)
    c01 = madd(s, b1, c01)
    s = v128.load_splat<f32>(a, 20)
    c10 = madd(s, b0, c10)
    c11 = madd(s, b1, c11)
    s = v128.load_splat<f32>(a, 24)
    c20 = madd(s, b0, c20)
    c21 = madd(s, b1, c21)
    s = v128.load_splat<f32>(a, 28)
    c30 = madd(s, b0, c30)
    c31 = madd(s, b1, c31)
    a += 32
    b += stepB
  }
  v128.store(r0, c00)
  v128.store(r0, c01, 16)
  v128.store(r1, c10)
  v128.store(r1, c11, 16)
  v128.store(r2, c20)
  v128.store(r2, c21, 16)
  v128.store(r3, c30)
  v128.store(r3, c31, 16)
}

/**
 * C[0..8, 0..4] = A B for products with few columns: two panels of A, one narrow panel of B.
 *
 * a0, a1: packed panels, 4 numbers a step each; b: packed, 4 numbers a step; to: the block, 16 bytes a row.
 */
export function block8x4(depth: i32, a0: i32, a1: i32, b: i32, to: i32): void {
  let c0 = f32x4.splat(0)
  let c1 = c0
  let c2 = c0
  let c3 = c0
  let c4 = c0
  let c5 = c0
  let c6 = c0
  let c7 = c0
  for (; depth > 0; depth--) {
    const s = v128.load(b)
    c0 = madd(v128.load_splat<f32>(a0), s, c0)
    c1 = madd(v128.load_splat<f32>(a0, 4), s, c1)
    c2 = madd(v128.load_splat<f32>(a0, 8), s, c2)
    c3 = madd(v128.load_splat<f32>(a0, 12), s, c3)
    c4 = madd(v128.load_splat<f32>(a1), s, c4)
    c5 = madd(v128.load_splat<f32>(a1, 4), s, c5)
    c6 = madd(v128.load_splat<f32>(a1, 8), s, c6)
    c7 = madd(v128.load_splat<f32>(a1, 12), s, c7)
    a0 += 16
    a1 += 16
    b += 16
  }
  v128.store(to, c0)
  v128.store(to, c1, 16)
  v128.store(to, c2, 32)
  v128.store(to, c3, 48)
  v128.store(to, c4, 64)
  v128.store(to, c5, 80)
  v128.store(to, c6, 96)
  v128.store(to, c7, 112)
}
