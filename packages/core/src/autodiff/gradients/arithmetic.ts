import {
  add,
  cast,
  clone,
  div,
  equal,
  floor,
  greater,
  log,
  logicalNot,
  mul,
  neg,
  pow,
  relu,
  square,
  step,
  sub,
  type Tensor,
  where,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { atMost, constant, exceeds, unbroadcast } from './shared.ts'

const both = ['a', 'b']
const mask = (condition: Tensor) => cast(condition, 'float32')
/** Products with integer operands would take the integers' type. */
const float = (x: Tensor) => (x.dtype === 'float32' ? x : cast(x, 'float32'))

/** Two inputs of broadcastable shapes: gradients come in the output's shape and are summed to each input's. */
function binary(
  kernel: string,
  saved: readonly string[],
  a: (dy: Tensor, input: (name: string) => Tensor) => Tensor,
  b: (dy: Tensor, input: (name: string) => Tensor) => Tensor,
): Rule {
  return rule(kernel, { inputs: saved }, (dy, at) => ({
    a: () => unbroadcast(a(dy, at.input), at.shape('a')),
    b: () => unbroadcast(b(dy, at.input), at.shape('b')),
  }))
}

export const arithmetic: readonly Rule[] = [
  binary(
    'Add',
    [],
    dy => dy,
    dy => dy,
  ),
  binary('Sub', [], dy => dy, neg),
  binary(
    'Multiply',
    both,
    (dy, x) => mul(dy, float(x('b'))),
    (dy, x) => mul(dy, float(x('a'))),
  ),
  binary(
    'RealDiv',
    both,
    (dy, x) => div(dy, float(x('b'))),
    (dy, x) => neg(div(mul(dy, float(x('a'))), square(float(x('b'))))),
  ),
  binary(
    'SquaredDifference',
    both,
    (dy, x) => mul(dy, mul(2, sub(x('a'), x('b')))),
    (dy, x) => mul(dy, mul(2, sub(x('b'), x('a')))),
  ),
  // Ties go so that maximum(x, 0) and minimum(x, 0) have their derivatives from the left, as all kinks here.
  binary(
    'Maximum',
    both,
    (dy, x) => mul(dy, exceeds(x('a'), x('b'))),
    (dy, x) => mul(dy, atMost(x('a'), x('b'))),
  ),
  binary(
    'Minimum',
    both,
    (dy, x) => mul(dy, atMost(x('a'), x('b'))),
    (dy, x) => mul(dy, exceeds(x('a'), x('b'))),
  ),
  binary(
    'Pow',
    both,
    (dy, x) => {
      const base = float(x('a'))
      const exponent = float(x('b'))
      // 0 * base^-1 is not a number at base 0, though the derivative of base^0 is 0 everywhere.
      const lower = where(equal(exponent, 0), 1, sub(exponent, 1))
      return mul(dy, mul(exponent, pow(base, lower)))
    },
    (dy, x) => {
      const base = float(x('a'))
      const positive = greater(base, 0)
      // log is taken of a harmless 1 where the base is not positive: the derivative is taken as 0 there.
      return mul(dy, mul(mul(mask(positive), pow(base, float(x('b')))), log(where(positive, base, 1))))
    },
  ),
  binary(
    'Mod',
    both,
    dy => dy,
    (dy, x) => neg(mul(dy, floor(div(float(x('a')), float(x('b')))))),
  ),
  binary(
    'Atan2',
    both,
    (dy, x) => div(mul(dy, x('b')), add(square(x('a')), square(x('b')))),
    (dy, x) => neg(div(mul(dy, x('a')), add(square(x('a')), square(x('b'))))),
  ),
  rule('AddN', {}, (dy, at) => Object.fromEntries(at.names.map(name => [name, () => clone(dy)]))),
  rule('Select', { inputs: ['condition'] }, (dy, at) => ({
    condition: () => zeros(at.shape('condition')),
    t: () => mul(dy, mask(at.input('condition'))),
    e: () => mul(dy, mask(logicalNot(at.input('condition')))),
  })),
  rule('Prelu', { inputs: ['x', 'alpha'] }, (dy, at) => ({
    x: () => {
      const positive = step(at.input('x'))
      return mul(dy, add(positive, mul(sub(1, positive), at.input('alpha'))))
    },
    alpha: () => unbroadcast(mul(dy, neg(relu(neg(at.input('x'))))), at.shape('alpha')),
  })),
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'FloorDiv', 'BitwiseAnd'].map(
    kernel => constant(kernel),
  ),
  ...['LogicalAnd', 'LogicalOr', 'LogicalNot', 'LogicalXor'].map(kernel => constant(kernel)),
]
