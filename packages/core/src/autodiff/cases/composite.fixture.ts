import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { gradients } from '../index.ts'
import { on } from './case.fixture.ts'

type Act = (x: Tensor) => Tensor

/** Mean over the batch of (|d critic / d x| - 1)^2, as in WGAN-GP: its derivatives are of second and third order. */
function penalty(critic: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [g] = gradients(() => tf.sum(critic(x)), [x]).grads
  const norms = tf.sqrt(tf.sum(tf.square(tf.reshape(g!, [x.shape[0]!, -1])), 1))
  return tf.mean(tf.square(tf.sub(norms, 1)))
}

const convNet = (act: Act, norm: Act) => (w1: Tensor, w2: Tensor, x: Tensor) => {
  const h = act(norm(tf.conv2d(x as Tensor4D, w1 as Tensor4D, 2, 'same')))
  return tf.matMul(tf.reshape(h, [x.shape[0]!, -1]), w2)
}

const over = (axes: number[]) => (x: Tensor) => {
  const { mean, variance } = tf.moments(x, axes, true)
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3)))
}
const none = (x: Tensor) => x
const bias = (x: Tensor) => tf.add(x, 0.25)

const net = (name: string, act: Act, norm: Act = none) =>
  on(
    `gradient penalty of a conv net, ${name}`,
    [
      [3, 3, 1, 2],
      [8, 1],
      [2, 4, 4, 1],
    ],
    (w1, w2, x) => penalty(image => convNet(act, norm)(w1!, w2!, image), x!),
  )

const dense = (name: string, act: Act) =>
  on(
    `gradient penalty of an MLP, ${name}`,
    [
      [3, 4],
      [4, 1],
      [2, 3],
    ],
    (w1, w2, x) => penalty(y => tf.matMul(act(tf.matMul(y, w1!)), w2!), x!),
  )

export const composites = [
  net('softplus', tf.softplus),
  net('leakyRelu', x => tf.leakyRelu(bias(x), 0.2)),
  net('tanh', tf.tanh),
  net('tanh, batch norm', tf.tanh, over([0, 1, 2])),
  net('tanh, layer norm', tf.tanh, over([1, 2, 3])),
  net('softplus, instance norm', tf.softplus, over([1, 2])),
  dense('swish', x => tf.mul(x, tf.sigmoid(x))),
  dense('elu', x => tf.elu(bias(x))),
  dense('selu', x => tf.selu(bias(x))),
  dense('softmax', tf.softmax),
  on(
    'R1 of an attention critic',
    [
      [2, 3, 4],
      [4, 4],
      [4, 1],
    ],
    (x, w, out) => {
      const critic = (y: Tensor) => {
        const q = tf.matMul(y, w!)
        const mixed = tf.matMul(tf.softmax(tf.matMul(q, y, false, true)), y)
        return tf.matMul(tf.mean(mixed, 1), out!)
      }
      const [g] = gradients(() => tf.sum(critic(x!)), [x!]).grads
      return tf.mean(tf.sum(tf.square(g!), [1, 2]))
    },
  ),
  on(
    'R1 through pooling and up-sampling',
    [
      [2, 4, 4, 2],
      [2, 2, 2, 2],
    ],
    (x, w) => {
      const critic = (y: Tensor) => {
        const h = tf.softplus(
          tf.depthwiseConv2d(y as Tensor4D, tf.slice(w!, [0, 0, 0, 0], [2, 2, 2, 1]) as Tensor4D, 1, 'same'),
        )
        const down = tf.avgPool(h as Tensor4D, 2, 2, 'valid')
        return tf.conv2d(tf.image.resizeNearestNeighbor(down, [4, 4]), w as Tensor4D, 1, 'valid')
      }
      const [g] = gradients(() => tf.sum(tf.tanh(critic(x!))), [x!]).grads
      return tf.sum(tf.square(g!))
    },
  ),
]
