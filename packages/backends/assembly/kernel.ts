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

/**
 * C[0..4, 0..8] (+)= A B.
 *
 * a: packed panel, 4 numbers for each of `depth` steps; b: 8 numbers for each step, `stepB` bytes from step to step;
 * r0 .. r3: addresses of C's four rows; `add`: onto what is there.
 */
export function block4x8(
  depth: i32,
  a: i32,
  b: i32,
  stepB: i32,
  r0: i32,
  r1: i32,
  r2: i32,
  r3: i32,
  add: bool,
): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
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
  }
  if (add) {
    c00 = f32x4.add(c00, v128.load(r0))
    c01 = f32x4.add(c01, v128.load(r0, 16))
    c10 = f32x4.add(c10, v128.load(r1))
    c11 = f32x4.add(c11, v128.load(r1, 16))
    c20 = f32x4.add(c20, v128.load(r2))
    c21 = f32x4.add(c21, v128.load(r2, 16))
    c30 = f32x4.add(c30, v128.load(r3))
    c31 = f32x4.add(c31, v128.load(r3, 16))
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
