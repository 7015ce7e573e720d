/** Gradients of functions of one tensor, from the function's output. */

// Names of the functions for the compiler, which makes a loop of its own for each.
class LeakyRelu {}
class Tanh {}

// @ts-expect-error: decorator
@inline
function derivative<Op>(y: v128, p: f32): v128 {
  if (idof<Op>() == idof<Tanh>()) return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y))
  const slope = v128.bitselect(f32x4.splat(1), f32x4.splat(p), f32x4.gt(y, f32x4.splat(0)))
  // Not-a-number stays.
  return v128.bitselect(slope, y, f32x4.eq(y, y))
}

// @ts-expect-error: decorator
@inline
function run<Op>(dy: i32, y: i32, out: i32, count: i32, p: f32): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, f32x4.mul(v128.load(dy), derivative<Op>(v128.load(y), p)))
    dy += 16
    y += 16
    out += 16
  }
  for (; count > 0; count--) {
    const x = f32x4.mul(v128.load32_splat(dy), derivative<Op>(v128.load32_splat(y), p))
    v128.store_lane<f32>(out, x, 0)
    dy += 4
    y += 4
    out += 4
  }
}

/** out[i] = dy[i] times the derivative where the output is y[i], i < count: of leakyRelu with slope `p` (op 0), of tanh (op 1). */
export function gradient(op: i32, dy: i32, y: i32, out: i32, count: i32, p: f32): void {
  if (op == 0) run<LeakyRelu>(dy, y, out, count, p)
  else run<Tanh>(dy, y, out, count, p)
}
