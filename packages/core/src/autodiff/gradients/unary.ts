import {
  add,
  type ClipByValueAttrs,
  cast,
  clone,
  cos,
  cosh,
  div,
  exp,
  type LeakyReluAttrs,
  mul,
  neg,
  relu,
  rsqrt,
  sigmoid,
  sin,
  sinh,
  square,
  step,
  sub,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { fused, fusedKernels } from '../fused.ts'
import { type Rule, rule } from '../rule.ts'
import { atMost, constant, exceeds } from './shared.ts'

/** dy times a derivative written in the input. */
const ofInput = (kernel: string, derivative: (x: Tensor) => Tensor): Rule =>
  rule(kernel, { inputs: ['x'] }, (dy, at) => ({ x: () => mul(dy, derivative(at.input('x'))) }))

/** dy times a derivative written in the output, so that the input need not be kept. */
const ofOutput = (kernel: string, derivative: (y: Tensor) => Tensor): Rule =>
  rule(kernel, { outputs: [true] }, (dy, at) => ({ x: () => mul(dy, derivative(at.output())) }))

/** min(y, 0), by kernels that every backend does fast. */
const negativePart = (y: Tensor) => neg(relu(neg(y)))

// lambda and lambda alpha of Klambauer et al. 2017 (arXiv 1706.02515), section 2, to double precision.
const seluScale = 1.0507009873554805
const seluScaleAlpha = 1.7580993408473768

const leakyRelu = rule<LeakyReluAttrs>('LeakyRelu', { outputs: [true] }, (dy, at) => {
  const { alpha } = at.attrs
  if (alpha < 0) {
    throw new Error(`leakyRelu has no gradient for alpha < 0, got ${alpha}: use prelu(x, scalar(${alpha}))`)
  }
  // For alpha >= 0 the output is positive exactly where the input is.
  return {
    x: () => {
      const y = at.values()
      return fused(fusedKernels.leakyReluGrad, { dy, y }, { alpha }, () => mul(dy, step(y, alpha)))
    },
  }
})

const clipByValue = rule<ClipByValueAttrs>('ClipByValue', { inputs: ['x'] }, (dy, at) => ({
  x: () => {
    const x = at.input('x')
    const { clipValueMin, clipValueMax } = at.attrs
    return mul(dy, mul(exceeds(x, clipValueMin), atMost(x, clipValueMax)))
  },
}))

const castRule = rule<{ dtype: string }>('Cast', {}, (dy, at) => ({
  x: () => {
    if (at.attrs.dtype === 'complex64')
      throw new Error('cast to complex64 has no gradient: complex tensors have none')
    // Rounding to integers or booleans is constant between its jumps.
    return at.attrs.dtype === 'float32' ? clone(dy) : zeros(dy.shape)
  },
}))

export const unary: readonly Rule[] = [
  rule('Identity', {}, dy => ({ x: () => cast(dy, 'float32') })),
  rule('Neg', {}, dy => ({ x: () => neg(dy) })),
  castRule,
  clipByValue,
  leakyRelu,
  // At a kink every rule takes the derivative from the left. So smooth functions written with several kinks, such as
  // sigmoid cross-entropy by relu and abs, or a norm by abs and pow, stay right at 0.
  ofInput('Abs', x => step(x, -1)),
  ofInput('Square', x => mul(2, x)),
  ofInput('Log', x => div(1, x)),
  ofInput('Log1p', x => div(1, add(1, x))),
  ofInput('Sin', cos),
  ofInput('Cos', x => neg(sin(x))),
  ofInput('Sinh', cosh),
  ofInput('Cosh', sinh),
  ofInput('Asin', x => rsqrt(sub(1, square(x)))),
  ofInput('Acos', x => neg(rsqrt(sub(1, square(x))))),
  ofInput('Atan', x => div(1, add(1, square(x)))),
  ofInput('Asinh', x => rsqrt(add(1, square(x)))),
  ofInput('Acosh', x => rsqrt(sub(square(x), 1))),
  ofInput('Atanh', x => div(1, sub(1, square(x)))),
  ofInput('Erf', x => mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  ofInput('Softplus', sigmoid),
  ofOutput('Sqrt', y => div(0.5, y)),
  ofOutput('Rsqrt', y => mul(-0.5, mul(y, square(y)))),
  ofOutput('Reciprocal', y => neg(square(y))),
  ofOutput('Exp', y => y),
  ofOutput('Expm1', y => add(y, 1)),
  ofOutput('Tan', y => add(1, square(y))),
  rule('Tanh', { outputs: [true] }, (dy, at) => ({
    x: () => {
      const y = at.output()
      return fused(fusedKernels.tanhGrad, { dy, y }, {}, () => mul(dy, sub(1, square(y))))
    },
  })),
  ofOutput('Sigmoid', y => mul(y, sub(1, y))),
  rule('Relu', { outputs: [true] }, (dy, at) => ({
    x: () => {
      const y = at.values()
      return fused(fusedKernels.leakyReluGrad, { dy, y }, { alpha: 0 }, () => mul(dy, step(y)))
    },
  })),
  rule('Relu6', { outputs: [true] }, (dy, at) => ({
    x: () => mul(dy, mul(step(at.values()), step(sub(6, at.values())))),
  })),
  ofOutput('Elu', y => add(1, negativePart(y))),
  // lambda above 0; below, y + lambda alpha, which is lambda alpha e^x.
  ofOutput('Selu', y => add(add(negativePart(y), seluScaleAlpha), mul(step(y), seluScale - seluScaleAlpha))),
  ...['Sign', 'Floor', 'Ceil', 'Round', 'Step', 'IsNan', 'IsInf', 'IsFinite', 'ZerosLike', 'OnesLike'].map(
    kernel => constant(kernel),
  ),
]
