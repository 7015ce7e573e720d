/** Comparisons, extremes and choice of two tensors, element by element. */

// Numbered as in src/wasm/kernels/binary.ts. The first two give float32, the others bool.
const MAXIMUM: i32 = 0
const MINIMUM: i32 = 1
const GREATER: i32 = 2
const GREATER_EQUAL: i32 = 3
const LESS: i32 = 4
const LESS_EQUAL: i32 = 5
const EQUAL: i32 = 6
const NOT_EQUAL: i32 = 7

// @ts-expect-error: decorator
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  if (op == MAXIMUM) return f32x4.max(a, b)
  if (op == MINIMUM) return f32x4.min(a, b)
  if (op == GREATER) return f32x4.gt(a, b)
  if (op == GREATER_EQUAL) return f32x4.ge(a, b)
  if (op == LESS) return f32x4.lt(a, b)
  if (op == LESS_EQUAL) return f32x4.le(a, b)
  if (op == EQUAL) return f32x4.eq(a, b)
  return f32x4.ne(a, b)
}

/** Four numbers, or one four times over where the operand stands still. */
// @ts-expect-error: decorator
@inline
function four(at: i32, step: i32): v128 {
  return step ? v128.load(at) : v128.load_splat<f32>(at)
}

/**
 * One run of `count` elements. stepA, stepB: 4, or 0 for an operand that stands still. The result's bytes advance by 4 for
 * numbers and by 1 for truth values.
 */
// @ts-expect-error: decorator
@inline
function run(op: i32, a: i32, b: i32, out: i32, count: i32, stepA: i32, stepB: i32): void {
  const truth = op >= GREATER
  for (; count >= 4; count -= 4) {
    const value = apply(op, four(a, stepA), four(b, stepB))
    if (truth) {
      // From four masks of 32 bits to four bytes of 0 or 1.
      const words = i16x8.narrow_i32x4_s(value, value)
      const ones = v128.and(i8x16.narrow_i16x8_s(words, words), i8x16.splat(1))
      v128.store_lane<i32>(out, ones, 0)
      out += 4
    } else {
      v128.store(out, value)
      out += 16
    }
    a += stepA << 2
    b += stepB << 2
  }
  for (; count > 0; count--) {
    const value = apply(op, v128.load_splat<f32>(a), v128.load_splat<f32>(b))
    if (truth) {
      store<u8>(out, <u8>(i32x4.extract_lane(value, 0) & 1))
      out += 1
    } else {
      v128.store_lane<f32>(out, value, 0)
      out += 4
    }
    a += stepA
    b += stepB
  }
}

function inner(op: i32, a: i32, b: i32, out: i32, count: i32, stepA: i32, stepB: i32): void {
  switch (op) {
    case MAXIMUM:
      return run(MAXIMUM, a, b, out, count, stepA, stepB)
    case MINIMUM:
      return run(MINIMUM, a, b, out, count, stepA, stepB)
    case GREATER:
      return run(GREATER, a, b, out, count, stepA, stepB)
    case GREATER_EQUAL:
      return run(GREATER_EQUAL, a, b, out, count, stepA, stepB)
    case LESS:
      return run(LESS, a, b, out, count, stepA, stepB)
    case LESS_EQUAL:
      return run(LESS_EQUAL, a, b, out, count, stepA, stepB)
    case EQUAL:
      return run(EQUAL, a, b, out, count, stepA, stepB)
    default:
      return run(NOT_EQUAL, a, b, out, count, stepA, stepB)
  }
}

/**
 * out = op(a, b) with broadcasting. axes: for each of `rank` axes, outermost first, int32 (size, byte step of a, byte step
 * of b); the innermost steps are 4 or 0.
 */
export function binary(op: i32, a: i32, b: i32, out: i32, rank: i32, axes: i32): void {
  if (rank == 1) {
    inner(op, a, b, out, load<i32>(axes), load<i32>(axes, 4), load<i32>(axes, 8))
    return
  }
  const outBytes = op >= GREATER ? 1 : 4
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
