/** Reductions over one axis of [outer, count, inner]. */

// Names of the functions for the compiler, which makes loops of their own for each.
class Sum {}
class Product {}
class Max {}
class Min {}

/** Sums run over so many numbers before they go into a sum of sums, so that long ones keep their digits. */
const STRETCH: i32 = 64
const TALL: i32 = 512

// @ts-expect-error: decorator
@inline
function join<Op>(a: v128, b: v128): v128 {
  if (idof<Op>() == idof<Sum>()) return f32x4.add(a, b)
  if (idof<Op>() == idof<Product>()) return f32x4.mul(a, b)
  if (idof<Op>() == idof<Max>()) return f32x4.max(a, b)
  return f32x4.min(a, b)
}

// @ts-expect-error: decorator
@inline
function joinOne<Op>(a: f32, b: f32): f32 {
  if (idof<Op>() == idof<Sum>()) return a + b
  if (idof<Op>() == idof<Product>()) return a * b
  if (idof<Op>() == idof<Max>()) return max(a, b)
  return min(a, b)
}

// @ts-expect-error: decorator
@inline
function neutral<Op>(): f32 {
  if (idof<Op>() == idof<Sum>()) return 0
  if (idof<Op>() == idof<Product>()) return 1
  if (idof<Op>() == idof<Max>()) return -Infinity
  return Infinity
}

// @ts-expect-error: decorator
@inline
function lanes<Op>(v: v128): f32 {
  return joinOne<Op>(
    joinOne<Op>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    joinOne<Op>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** `count` numbers side by side to one. */
// @ts-expect-error: decorator
@inline
function row<Op>(x: i32, count: i32): f32 {
  let wide: f64 = 0
  let total = neutral<Op>()
  while (count > 0) {
    let left = idof<Op>() == idof<Sum>() ? min(count, STRETCH * 16) : count
    count -= left
    let a = f32x4.splat(neutral<Op>())
    let b = a
    let c = a
    let d = a
    for (; left >= 16; left -= 16) {
      a = join<Op>(a, v128.load(x))
      b = join<Op>(b, v128.load(x, 16))
      c = join<Op>(c, v128.load(x, 32))
      d = join<Op>(d, v128.load(x, 48))
      x += 64
    }
    for (; left >= 4; left -= 4) {
      a = join<Op>(a, v128.load(x))
      x += 16
    }
    let part = lanes<Op>(join<Op>(join<Op>(a, b), join<Op>(c, d)))
    for (; left > 0; left--) {
      part = joinOne<Op>(part, load<f32>(x))
      x += 4
    }
    if (idof<Op>() == idof<Sum>()) wide += <f64>part
    else total = joinOne<Op>(total, part)
  }
  return idof<Op>() == idof<Sum>() ? <f32>wide : total
}

/** `count` rows of `inner` numbers to one row: columns of 16, of 4, and single ones. */
// @ts-expect-error: decorator
@inline
function rows<Op>(x: i32, out: i32, count: i32, inner: i32): void {
  const step = inner << 2
  let column = 0
  for (; column + 16 <= inner; column += 16) {
    let p = x + (column << 2)
    let a = f32x4.splat(neutral<Op>())
    let b = a
    let c = a
    let d = a
    for (let i = 0; i < count; i += TALL) {
      let s = f32x4.splat(neutral<Op>())
      let t = s
      let u = s
      let v = s
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = join<Op>(s, v128.load(p))
        t = join<Op>(t, v128.load(p, 16))
        u = join<Op>(u, v128.load(p, 32))
        v = join<Op>(v, v128.load(p, 48))
        p += step
      }
      a = join<Op>(a, s)
      b = join<Op>(b, t)
      c = join<Op>(c, u)
      d = join<Op>(d, v)
    }
    const to = out + (column << 2)
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
  }
  for (; column + 4 <= inner; column += 4) {
    let p = x + (column << 2)
    let a = f32x4.splat(neutral<Op>())
    for (let i = 0; i < count; i += TALL) {
      let s = f32x4.splat(neutral<Op>())
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = join<Op>(s, v128.load(p))
        p += step
      }
      a = join<Op>(a, s)
    }
    v128.store(out + (column << 2), a)
  }
  for (; column < inner; column++) {
    let p = x + (column << 2)
    let a = neutral<Op>()
    for (let i = 0; i < count; i += TALL) {
      let s = neutral<Op>()
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = joinOne<Op>(s, load<f32>(p))
        p += step
      }
      a = joinOne<Op>(a, s)
    }
    store<f32>(out + (column << 2), a)
  }
}

// @ts-expect-error: decorator
@inline
function run<Op>(x: i32, out: i32, outer: i32, count: i32, inner: i32): void {
  const step = count * inner * 4
  for (let i = 0; i < outer; i++) {
    if (inner == 1) store<f32>(out, row<Op>(x, count))
    else rows<Op>(x, out, count, inner)
    x += step
    out += inner << 2
  }
}

/**
 * out[outer, inner] = x[outer, count, inner] joined over its middle axis, sums then times `scale`; `op` is numbered as in
 * src/wasm/kernels/reduce.ts.
 */
export function reduce(op: i32, x: i32, out: i32, outer: i32, count: i32, inner: i32, scale: f32): void {
  if (op == 1) run<Product>(x, out, outer, count, inner)
  else if (op == 2) run<Max>(x, out, outer, count, inner)
  else if (op == 3) run<Min>(x, out, outer, count, inner)
  else {
    run<Sum>(x, out, outer, count, inner)
    if (scale != 1) {
      for (let i = outer * inner; i > 0; i--) {
        store<f32>(out, load<f32>(out) * scale)
        out += 4
      }
    }
  }
}
