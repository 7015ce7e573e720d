/** Functions of one tensor, element by element. */
import { erf, exp, expm1, log, log1p, softplus, tanh } from './math'

// Names of the functions for the compiler, which makes a loop of its own for each.
class Exp {}
class Expm1 {}
class Log {}
class Log1p {}
class Sqrt {}
class Rsqrt {}
class Reciprocal {}
class Tanh {}
class Softplus {}
class Erf {}
class LeakyRelu {}
class Sign {}
class ClipByValue {}

// @ts-expect-error: decorator
@inline
function apply<Op>(x: v128, p: f32, q: f32): v128 {
  if (idof<Op>() == idof<Exp>()) return exp(x)
  if (idof<Op>() == idof<Expm1>()) return expm1(x)
  if (idof<Op>() == idof<Log>()) return log(x)
  if (idof<Op>() == idof<Log1p>()) return log1p(x)
  if (idof<Op>() == idof<Sqrt>()) return f32x4.sqrt(x)
  if (idof<Op>() == idof<Rsqrt>()) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x))
  if (idof<Op>() == idof<Reciprocal>()) return f32x4.div(f32x4.splat(1), x)
  if (idof<Op>() == idof<Tanh>()) return tanh(x)
  if (idof<Op>() == idof<Softplus>()) return softplus(x)
  if (idof<Op>() == idof<Erf>()) return erf(x)
  // In this order not-a-number stays.
  if (idof<Op>() == idof<ClipByValue>()) return f32x4.pmin(f32x4.pmax(x, f32x4.splat(p)), f32x4.splat(q))
  if (idof<Op>() == idof<Sign>()) {
    const one = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)))
    return v128.bitselect(one, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)))
  }
  return v128.bitselect(f32x4.mul(x, f32x4.splat(p)), x, f32x4.lt(x, f32x4.splat(0)))
}

/** All but the last up to three elements four at a time; those one lane at a time, so that nothing beyond is written. */
// @ts-expect-error: decorator
@inline
function run<Op>(x: i32, out: i32, count: i32, p: f32, q: f32): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, apply<Op>(v128.load(x), p, q))
    x += 16
    out += 16
  }
  for (; count > 0; count--) {
    v128.store_lane<f32>(out, apply<Op>(v128.load_splat<f32>(x), p, q), 0)
    x += 4
    out += 4
  }
}

/** out[i] = op(x[i]) for i < count; `op` is numbered as in src/wasm/kernels/unary.ts; p, q: its parameters. */
export function unary(op: i32, x: i32, out: i32, count: i32, p: f32, q: f32): void {
  switch (op) {
    case 0:
      return run<Exp>(x, out, count, p, q)
    case 1:
      return run<Expm1>(x, out, count, p, q)
    case 2:
      return run<Log>(x, out, count, p, q)
    case 3:
      return run<Log1p>(x, out, count, p, q)
    case 4:
      return run<Sqrt>(x, out, count, p, q)
    case 5:
      return run<Rsqrt>(x, out, count, p, q)
    case 6:
      return run<Reciprocal>(x, out, count, p, q)
    case 7:
      return run<Tanh>(x, out, count, p, q)
    case 8:
      return run<Softplus>(x, out, count, p, q)
    case 9:
      return run<Erf>(x, out, count, p, q)
    case 10:
      return run<LeakyRelu>(x, out, count, p, q)
    case 11:
      return run<Sign>(x, out, count, p, q)
    default:
      return run<ClipByValue>(x, out, count, p, q)
  }
}
