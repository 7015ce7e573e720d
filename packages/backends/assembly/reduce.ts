/** Reductions over one axis of [outer, count, inner]. */

// Numbered as in src/wasm/kernels/reduce.ts.
const SUM: i32 = 0
const PRODUCT: i32 = 1
const MAX: i32 = 2
const MIN: i32 = 3

/** Sums run over so many numbers before they go into a sum of sums, so that long ones keep their digits. */
const STRETCH: i32 = 64
const TALL: i32 = 512

// @ts-expect-error: decorator
@inline
function join(op: i32, a: v128, b: v128): v128 {
  if (op == SUM) return f32x4.add(a, b)
  if (op == PRODUCT) return f32x4.mul(a, b)
  if (op == MAX) return f32x4.max(a, b)
  return f32x4.min(a, b)
}

// @ts-expect-error: decorator
@inline
function joinOne(op: i32, a: f32, b: f32): f32 {
  if (op == SUM) return a + b
  if (op == PRODUCT) return a * b
  if (op == MAX) return max(a, b)
  return min(a, b)
}

// @ts-expect-error: decorator
@inline
function neutral(op: i32): f32 {
  if (op == SUM) return 0
  if (op == PRODUCT) return 1
  if (op == MAX) return -Infinity
  return Infinity
}

// @ts-expect-error: decorator
@inline
function lanes(op: i32, v: v128): f32 {
  return joinOne(
    op,
    joinOne(op, f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    joinOne(op, f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** `count` numbers side by side to one. */
// @ts-expect-error: decorator
@inline
function row(op: i32, x: i32, count: i32): f32 {
  let wide: f64 = 0
  let total = neutral(op)
  while (count > 0) {
    let left = op == SUM ? min(count, STRETCH * 16) : count
    count -= left
    let a = f32x4.splat(neutral(op))
    let b = a
    let c = a
    let d = a
    for (; left >= 16; left -= 16) {
      a = join(op, a, v128.load(x))
      b = join(op, b, v128.load(x, 16))
      c = join(op, c, v128.load(x, 32))
      d = join(op, d, v128.load(x, 48))
      x += 64
    }
    for (; left >= 4; left -= 4) {
      a = join(op, a, v128.load(x))
      x += 16
    }
    let part = lanes(op, join(op, join(op, a, b), join(op, c, d)))
    for (; left > 0; left--) {
      part = joinOne(op, part, load<f32>(x))
      x += 4
    }
    if (op == SUM) wide += <f64>part
    else total = joinOne(op, total, part)
  }
  return op == SUM ? <f32>wide : total
}

/** `count` rows of `inner` numbers to one row: columns of 16, of 4, and single ones. */
// @ts-expect-error: decorator
@inline
function rows(op: i32, x: i32, out: i32, count: i32, inner: i32): void {
  const step = inner << 2
  let column = 0
  for (; column + 16 <= inner; column += 16) {
    let p = x + (column << 2)
    let a = f32x4.splat(neutral(op))
    let b = a
    let c = a
    let d = a
    for (let i = 0; i < count; i += TALL) {
      let s = f32x4.splat(neutral(op))
      let t = s
      let u = s
      let v = s
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = join(op, s, v128.load(p))
        t = join(op, t, v128.load(p, 16))
        u = join(op, u, v128.load(p, 32))
        v = join(op, v, v128.load(p, 48))
        p += step
      }
      a = join(op, a, s)
      b = join(op, b, t)
      c = join(op, c, u)
      d = join(op, d, v)
    }
    const to = out + (column << 2)
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
  }
  for (; column + 4 <= inner; column += 4) {
    let p = x + (column << 2)
    let a = f32x4.splat(neutral(op))
    for (let i = 0; i < count; i += TALL) {
      let s = f32x4.splat(neutral(op))
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = join(op, s, v128.load(p))
        p += step
      }
      a = join(op, a, s)
    }
    v128.store(out + (column << 2), a)
  }
  for (; column < inner; column++) {
    let p = x + (column << 2)
    let a = neutral(op)
    for (let i = 0; i < count; i += TALL) {
      let s = neutral(op)
      for (let j = min(TALL, count - i); j > 0; j--) {
        s = joinOne(op, s, load<f32>(p))
        p += step
      }
      a = joinOne(op, a, s)
    }
    store<f32>(out + (column << 2), a)
  }
}

// @ts-expect-error: decorator
@inline
function run(op: i32, x: i32, out: i32, outer: i32, count: i32, inner: i32): void {
  const step = count * inner * 4
  for (let i = 0; i < outer; i++) {
    if (inner == 1) store<f32>(out, row(op, x, count))
    else rows(op, x, out, count, inner)
    x += step
    out += inner << 2
  }
}

/** out[outer, inner] = x[outer, count, inner] joined over its middle axis, then times `scale` (sums only). */
export function reduce(op: i32, x: i32, out: i32, outer: i32, count: i32, inner: i32, scale: f32): void {
  if (op == PRODUCT) run(PRODUCT, x, out, outer, count, inner)
  else if (op == MAX) run(MAX, x, out, outer, count, inner)
  else if (op == MIN) run(MIN, x, out, outer, count, inner)
  else {
    run(SUM, x, out, outer, count, inner)
    if (scale != 1) {
      for (let i = outer * inner; i > 0; i--) {
        store<f32>(out, load<f32>(out) * scale)
        out += 4
      }
    }
  }
}
