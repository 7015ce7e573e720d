/** Functions of one tensor, element by element. */
import { erf, exp, expm1, log, log1p, sigmoid, softplus, tanh } from './math'

// Numbered as in src/wasm/kernels/unary.ts.
const EXP: i32 = 0
const EXPM1: i32 = 1
const LOG: i32 = 2
const LOG1P: i32 = 3
const SQRT: i32 = 4
const RSQRT: i32 = 5
const RECIPROCAL: i32 = 6
const SIGMOID: i32 = 7
const TANH: i32 = 8
const SOFTPLUS: i32 = 9
const ERF: i32 = 10
const ELU: i32 = 11
const SELU: i32 = 12
const LEAKY_RELU: i32 = 13

/** Scale and alpha of the self-normalizing unit (Klambauer et al. 2017). */
const SELU_SCALE: f32 = 1.0507009873554804934
const SELU_SCALE_ALPHA: f32 = 1.7580993408473768599

// @ts-expect-error: decorator
@inline
function apply(op: i32, x: v128, parameter: f32): v128 {
  if (op == EXP) return exp(x)
  if (op == EXPM1) return expm1(x)
  if (op == LOG) return log(x)
  if (op == LOG1P) return log1p(x)
  if (op == SQRT) return f32x4.sqrt(x)
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x))
  if (op == RECIPROCAL) return f32x4.div(f32x4.splat(1), x)
  if (op == SIGMOID) return sigmoid(x)
  if (op == TANH) return tanh(x)
  if (op == SOFTPLUS) return softplus(x)
  if (op == ERF) return erf(x)
  const negative = f32x4.lt(x, f32x4.splat(0))
  if (op == ELU) return v128.bitselect(expm1(x), x, negative)
  if (op == SELU) {
    const tail = f32x4.mul(expm1(x), f32x4.splat(SELU_SCALE_ALPHA))
    return v128.bitselect(tail, f32x4.mul(x, f32x4.splat(SELU_SCALE)), negative)
  }
  return v128.bitselect(f32x4.mul(x, f32x4.splat(parameter)), x, negative)
}

/** All but the last up to three elements four at a time; those one lane at a time, so that nothing beyond is written. */
// @ts-expect-error: decorator
@inline
function run(op: i32, x: i32, out: i32, count: i32, parameter: f32): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, apply(op, v128.load(x), parameter))
    x += 16
    out += 16
  }
  for (; count > 0; count--) {
    v128.store_lane<f32>(out, apply(op, v128.load_splat<f32>(x), parameter), 0)
    x += 4
    out += 4
  }
}

/** out[i] = op(x[i]) for i < count. */
export function unary(op: i32, x: i32, out: i32, count: i32, parameter: f32): void {
  switch (op) {
    case EXP:
      return run(EXP, x, out, count, parameter)
    case EXPM1:
      return run(EXPM1, x, out, count, parameter)
    case LOG:
      return run(LOG, x, out, count, parameter)
    case LOG1P:
      return run(LOG1P, x, out, count, parameter)
    case SQRT:
      return run(SQRT, x, out, count, parameter)
    case RSQRT:
      return run(RSQRT, x, out, count, parameter)
    case RECIPROCAL:
      return run(RECIPROCAL, x, out, count, parameter)
    case SIGMOID:
      return run(SIGMOID, x, out, count, parameter)
    case TANH:
      return run(TANH, x, out, count, parameter)
    case SOFTPLUS:
      return run(SOFTPLUS, x, out, count, parameter)
    case ERF:
      return run(ERF, x, out, count, parameter)
    case ELU:
      return run(ELU, x, out, count, parameter)
    case SELU:
      return run(SELU, x, out, count, parameter)
    default:
      return run(LEAKY_RELU, x, out, count, parameter)
  }
}
