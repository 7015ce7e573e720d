import * as tf from '@tensorflow/tfjs-core'
import type { InputSpec } from '../../testing/samples.ts'
import { bent, on } from './case.fixture.ts'

const positive = (shape: number[]): InputSpec => ({ shape, from: 0.3, to: 2 })
const apart = (shape: number[], ...away: number[]): InputSpec => ({ shape, from: -2, to: 2, away })

const shapes: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[], [2, 2]],
]
const binary = (name: string, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, spec = positive) =>
  shapes.map(([a, b]) => on(`${name} [${a}] [${b}]`, [spec(a), spec(b)], (x, y) => f(x!, y!)))

const unary = (name: string, f: (x: tf.Tensor) => tf.Tensor, spec: InputSpec) => on(name, [spec], x => f(x!))

export const elementwise = [
  ...binary('add', (a, b) => tf.square(tf.add(a, b))),
  ...binary('sub', (a, b) => tf.square(tf.sub(a, b))),
  ...binary('mul', tf.mul),
  ...binary('div', tf.div),
  ...binary('pow', tf.pow),
  ...binary('squaredDifference', (a, b) => tf.square(tf.squaredDifference(a, b))),
  ...binary('atan2', tf.atan2, shape => ({ shape, from: -2, to: -0.2 })),
  on('maximum', [apart([3, 4]), { shape: [4], from: 2.1, to: 3 }], (a, b) =>
    tf.square(tf.maximum(tf.mul(a!, 2), b!)),
  ),
  on('maximum of distinct', [{ shape: [2, 12], distinct: true }], x => {
    const [a, b] = tf.split(tf.square(tf.add(x!, 2)), 2, 1)
    return tf.mul(tf.maximum(a!, b!), a!)
  }),
  on('minimum of distinct', [{ shape: [2, 12], distinct: true }], x => {
    const [a, b] = tf.split(tf.square(tf.add(x!, 2)), 2, 1)
    return tf.mul(tf.minimum(a!, b!), a!)
  }),
  on('mod', [{ shape: [5], from: 2.1, to: 2.9 }, [1]], (a, b) =>
    tf.square(tf.mod(a!, tf.add(1, tf.mul(0.01, tf.square(b!))))),
  ),
  bent('addN', [2, 3], x => tf.addN([x, tf.square(x), x])),
  on('pow by a whole number', [apart([6], 0)], x => tf.pow(x!, tf.scalar(3, 'int32'))),
  on('where', [apart([2, 3], 0), [2, 3]], (x, y) =>
    tf.where(tf.greater(x!, 0), tf.square(x!), tf.mul(x!, tf.square(y!))),
  ),
  on('where of broadcast', [apart([2, 1], 0), [3]], (x, y) =>
    tf.where(tf.less(x!, 0), tf.square(y!), tf.mul(x!, x!)),
  ),
  on('prelu', [apart([2, 3, 4], 0), [4]], (x, a) => tf.square(tf.prelu(x!, a!))),
  on('divNoNan', [positive([3]), positive([3])], (a, b) => tf.divNoNan(a!, b!)),
  unary('clone', x => tf.square(tf.clone(x)), apart([4])),
  bent('neg', [4], tf.neg),
  unary('abs', x => tf.mul(x, tf.abs(x)), apart([6], 0)),
  unary('square', x => tf.square(tf.square(x)), apart([4])),
  unary('sqrt', tf.sqrt, positive([4])),
  unary('rsqrt', tf.rsqrt, positive([4])),
  unary('reciprocal', tf.reciprocal, positive([4])),
  unary('exp', tf.exp, apart([4])),
  unary('expm1', tf.expm1, apart([4])),
  unary('log', tf.log, positive([4])),
  unary('log1p', tf.log1p, positive([4])),
  unary('sin', tf.sin, apart([4])),
  unary('cos', tf.cos, apart([4])),
  unary('tan', tf.tan, { shape: [4] }),
  unary('sinh', tf.sinh, apart([4])),
  unary('cosh', tf.cosh, apart([4])),
  unary('tanh', tf.tanh, apart([4])),
  unary('asin', tf.asin, { shape: [4], from: -0.8, to: 0.8 }),
  unary('acos', tf.acos, { shape: [4], from: -0.8, to: 0.8 }),
  unary('atan', tf.atan, apart([4])),
  unary('asinh', tf.asinh, apart([4])),
  unary('acosh', tf.acosh, { shape: [4], from: 1.3, to: 3 }),
  unary('atanh', tf.atanh, { shape: [4], from: -0.8, to: 0.8 }),
  // The Erf kernels are a polynomial approximation, so their slope is off by some 1e-6.
  { ...unary('erf', tf.erf, apart([4])), tolerance: 1e-5 },
  unary('sigmoid', tf.sigmoid, apart([4])),
  unary('softplus', tf.softplus, apart([4])),
  unary('relu', x => tf.square(tf.relu(x)), apart([8], 0)),
  unary('relu6', x => tf.square(tf.relu6(tf.mul(x, 4))), apart([12], 0, 1.5)),
  unary('leakyRelu', x => tf.square(tf.leakyRelu(x, 0.3)), apart([8], 0)),
  unary('leakyRelu with alpha 0', x => tf.square(tf.leakyRelu(x, 0)), apart([8], 0)),
  unary('elu', tf.elu, apart([8], 0)),
  unary('selu', tf.selu, apart([8], 0)),
  unary('clipByValue', x => tf.square(tf.clipByValue(x, -0.5, 0.7)), apart([12], -0.5, 0.7)),
  unary('swish', x => tf.mul(x, tf.sigmoid(x)), apart([4])),
  unary('mish', x => tf.mul(x, tf.tanh(tf.softplus(x))), apart([4])),
  {
    ...unary('gelu', x => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))))), apart([4])),
    tolerance: 1e-4,
  },
  unary('logSigmoid of a leaf', tf.logSigmoid, apart([4])),
  unary('sigmoid of elu in a larger graph', x => tf.sigmoid(tf.elu(tf.mul(tf.tanh(x), x))), apart([6], 0)),
  unary('cast', x => tf.mul(x, tf.cast(tf.greater(tf.cast(x, 'float32'), 0), 'float32')), apart([6], 0)),
  unary(
    'floor, ceil, round, sign, step',
    x => {
      const steps = [
        tf.floor(x),
        tf.ceil(x),
        tf.round(x),
        tf.sign(x),
        tf.step(x, 0.1),
        tf.cast(tf.floorDiv(x, tf.onesLike(x)), 'float32'),
      ]
      return tf.mul(tf.square(x), tf.addN(steps))
    },
    apart([12], -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2),
  ),
  unary(
    'comparison and logic',
    x => {
      const zero = tf.zerosLike(x)
      const a = tf.logicalAnd(tf.greaterEqual(x, zero), tf.lessEqual(x, tf.add(zero, 1)))
      const b = tf.logicalOr(tf.less(x, zero), tf.logicalNot(tf.equal(x, zero)))
      const c = tf.logicalXor(a, tf.notEqual(x, zero))
      const finite = tf.logicalAnd(tf.isFinite(x), tf.logicalNot(tf.logicalOr(tf.isNaN(x), tf.isInf(x))))
      return tf.mul(tf.square(x), tf.addN([a, b, c, finite].map(m => tf.cast(m, 'float32'))))
    },
    apart([8], 0, 1),
  ),
]
