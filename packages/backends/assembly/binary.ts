/** Comparisons, extremes and choice of two tensors, element by element. */

// Names of the functions for the compiler, which makes a loop of its own for each.
class Maximum {}
class Minimum {}
class Greater {}
class GreaterEqual {}
class Less {}
class LessEqual {}
class Equal {}
class NotEqual {}

// @ts-expect-error: decorator
@inline
function apply<Op>(a: v128, b: v128): v128 {
  if (idof<Op>() == idof<Maximum>()) return f32x4.max(a, b)
  if (idof<Op>() == idof<Minimum>()) return f32x4.min(a, b)
  if (idof<Op>() == idof<Greater>()) return f32x4.gt(a, b)
  if (idof<Op>() == idof<GreaterEqual>()) return f32x4.ge(a, b)
  if (idof<Op>() == idof<Less>()) return f32x4.lt(a, b)
  if (idof<Op>() == idof<LessEqual>()) return f32x4.le(a, b)
  if (idof<Op>() == idof<Equal>()) return f32x4.eq(a, b)
  return f32x4.ne(a, b)
}

/** Four numbers, or one four times over where the operand stands still. */
// @ts-expect-error: decorator
@inline
function four(at: i32, step: i32): v128 {
  return step ? v128.load(at) : v128.load_splat<f32>(at)
}

/** One run of `count` numbers. stepA, stepB: 4, or 0 for an operand that stands still. */
// @ts-expect-error: decorator
@inline
function numbers<Op>(a: i32, b: i32, out: i32, count: i32, stepA: i32, stepB: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, apply<Op>(four(a, stepA), four(b, stepB)))
    a += stepA << 2
    b += stepB << 2
    out += 16
  }
  for (; count > 0; count--) {
    v128.store_lane<f32>(out, apply<Op>(v128.load_splat<f32>(a), v128.load_splat<f32>(b)), 0)
    a += stepA
    b += stepB
    out += 4
  }
}

/** One run of `count` truth values, a byte each. */
// @ts-expect-error: decorator
@inline
function truths<Op>(a: i32, b: i32, out: i32, count: i32, stepA: i32, stepB: i32): void {
  for (; count >= 4; count -= 4) {
    // From four masks of 32 bits to four bytes of 0 or 1.
    const mask = apply<Op>(four(a, stepA), four(b, stepB))
    const words = i16x8.narrow_i32x4_s(mask, mask)
    v128.store_lane<i32>(out, v128.and(i8x16.narrow_i16x8_s(words, words), i8x16.splat(1)), 0)
    a += stepA << 2
    b += stepB << 2
    out += 4
  }
  for (; count > 0; count--) {
    const mask = apply<Op>(v128.load_splat<f32>(a), v128.load_splat<f32>(b))
    store<u8>(out, <u8>(i32x4.extract_lane(mask, 0) & 1))
    a += stepA
    b += stepB
    out += 1
  }
}

function inner(op: i32, a: i32, b: i32, out: i32, count: i32, stepA: i32, stepB: i32): void {
  switch (op) {
    case 0:
      return numbers<Maximum>(a, b, out, count, stepA, stepB)
    case 1:
      return numbers<Minimum>(a, b, out, count, stepA, stepB)
    case 2:
      return truths<Greater>(a, b, out, count, stepA, stepB)
    case 3:
      return truths<GreaterEqual>(a, b, out, count, stepA, stepB)
    case 4:
      return truths<Less>(a, b, out, count, stepA, stepB)
    case 5:
      return truths<LessEqual>(a, b, out, count, stepA, stepB)
    case 6:
      return truths<Equal>(a, b, out, count, stepA, stepB)
    default:
      return truths<NotEqual>(a, b, out, count, stepA, stepB)
  }
}

/**
 * out = op(a, b) with broadcasting; `op` is numbered as in src/wasm/kernels/binary.ts. axes: for each of `rank` axes, outermost first, int32 (size, byte step of a, byte step
 * of b); the innermost steps are 4 or 0.
 */
export function binary(op: i32, a: i32, b: i32, out: i32, rank: i32, axes: i32): void {
  if (rank == 1) {
    inner(op, a, b, out, load<i32>(axes), load<i32>(axes, 4), load<i32>(axes, 8))
    return
  }
  const outBytes = op < 2 ? 4 : 1
  let size = outBytes
  for (let i = 1; i < rank; i++) size *= load<i32>(axes + i * 12)
  const count = load<i32>(axes)
  const stepA = load<i32>(axes, 4)
  const stepB = load<i32>(axes, 8)
  for (let i = 0; i < count; i++) {
    binary(op, a, b, out, rank - 1, axes + 12)
    a += stepA
    b += stepB
    out += size
  }
}

/** out[i] = condition[i] ? yes[i] : no[i] for i < count; condition of bytes, the others of 4 bytes an element. */
export function select(condition: i32, yes: i32, no: i32, out: i32, count: i32): void {
  const zero = i32x4.splat(0)
  for (; count >= 4; count -= 4) {
    const bytes = v128.load32_zero(condition)
    const mask = i32x4.eq(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), zero)
    v128.store(out, v128.bitselect(v128.load(no), v128.load(yes), mask))
    condition += 4
    yes += 16
    no += 16
    out += 16
  }
  for (; count > 0; count--) {
    store<i32>(out, load<u8>(condition) ? load<i32>(yes) : load<i32>(no))
    condition += 1
    yes += 4
    no += 4
    out += 4
  }
}
