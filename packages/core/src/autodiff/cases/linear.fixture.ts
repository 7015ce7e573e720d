import * as tf from '@tensorflow/tfjs-core'
import { on } from './case.fixture.ts'

const product = (a: number[], b: number[], ta = false, tb = false) =>
  on(`matMul [${a}]${ta ? "'" : ''} [${b}]${tb ? "'" : ''}`, [a, b], (x, y) =>
    tf.square(tf.matMul(x!, y!, ta, tb)),
  )

const einsum = (equation: string, ...shapes: number[][]) =>
  on(`einsum ${equation}`, shapes, (...xs) => tf.square(tf.einsum(equation, ...xs)))

export const linear = [
  product([2, 3], [3, 4]),
  product([3, 2], [3, 4], true),
  product([2, 3], [4, 3], false, true),
  product([3, 2], [4, 3], true, true),
  product([2, 2, 3], [2, 3, 4]),
  product([2, 3, 2], [2, 4, 3], true, true),
  product([2, 3, 2], [1, 3, 4], true),
  product([1, 2, 3], [4, 5, 3], false, true),
  product([2, 2, 3], [3, 4]),
  product([2, 2, 3], [4, 3], false, true),
  product([2, 3], [2, 3, 4]),
  product([3, 2, 2, 3], [2, 3, 2]),
  product([1, 2, 3], [2, 2, 3, 2]),
  on('dot', [[4], [4]], (a, b) => tf.square(tf.dot(a!, b!))),
  on('outerProduct', [[3], [4]], (a, b) => tf.square(tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D))),
  einsum('ij,jk->ik', [2, 3], [3, 4]),
  einsum('bij,bkj->bik', [2, 2, 3], [2, 4, 3]),
  einsum('bhid,bhjd->bhij', [2, 2, 2, 3], [2, 2, 4, 3]),
  einsum('ij->ji', [2, 3]),
  einsum('ij->i', [2, 3]),
  einsum('i,i->', [4], [4]),
  einsum('ij->', [2, 3]),
  einsum('i,j->ij', [2], [3]),
  einsum('ij,jk->i', [2, 3], [3, 4]),
  on(
    'attention',
    [
      [2, 3, 4],
      [2, 5, 4],
      [2, 5, 2],
    ],
    (q, k, v) => tf.matMul(tf.softmax(tf.mul(tf.matMul(q!, k!, false, true), 0.5)), v!),
  ),
  on(
    'fused matMul with relu',
    [
      { shape: [2, 3], from: 0.2, to: 1 },
      { shape: [3, 4], from: 0.1, to: 1 },
      { shape: [4], from: 0, to: 1 },
    ],
    (a, b, bias) => tf.square(tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation: 'relu' })),
  ),
  on('fused matMul, linear', [[2, 3], [4, 3], [4]], (a, b, bias) =>
    tf.square(tf.fused.matMul({ a: a!, b: b!, bias: bias!, transposeB: true })),
  ),
  on('gram-schmidt', [[3, 4]], x => tf.linalg.gramSchmidt(x as tf.Tensor2D) as tf.Tensor),
  on('spectral norm', [[4, 3]], w => {
    const u = tf.ones([1, 4])
    const v = tf.matMul(u, w!)
    const unit = tf.div(v, tf.norm(v))
    const left = tf.matMul(unit, w!, false, true)
    return tf.div(w!, tf.sum(tf.mul(left, tf.div(left, tf.norm(left)))))
  }),
]
