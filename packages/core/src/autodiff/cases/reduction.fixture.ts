import * as tf from '@tensorflow/tfjs-core'
import type { InputSpec } from '../../testing/samples.ts'
import { bent, on } from './case.fixture.ts'

const distinct = (shape: number[]): InputSpec => ({ shape, distinct: true })
const near1 = (shape: number[]): InputSpec => ({ shape, from: 0.5, to: 1.5 })

export const reductions = [
  ...[undefined, 0, 1, [0, 2], -1].flatMap(axis => [
    bent(`sum over ${axis}`, [2, 3, 4], x => tf.sum(x, axis)),
    bent(`mean over ${axis}`, [2, 3, 4], x => tf.mean(x, axis, true)),
    bent(`max over ${axis}`, distinct([2, 3, 4]), x => tf.max(x, axis)),
    bent(`min over ${axis}`, distinct([2, 3, 4]), x => tf.min(x, axis, true)),
    on(`prod over ${axis}`, [near1([2, 3, 2])], x => tf.prod(x!, axis)),
    on(`logSumExp over ${axis}`, [distinct([2, 3, 4])], x => tf.logSumExp(x!, axis)),
  ]),
  ...[
    [0, false, false],
    [1, true, false],
    [2, false, true],
    [1, true, true],
  ].flatMap(([axis, exclusive, reverse]) => {
    const how = [axis, exclusive, reverse] as [number, boolean, boolean]
    return [
      bent(`cumsum ${how}`, [2, 3, 4], x => tf.cumsum(x, ...how)),
      on(`cumprod ${how}`, [near1([2, 3, 4])], x => tf.square(tf.cumprod(x!, ...how))),
    ]
  }),
  on('softmax', [[2, 3, 4]], x => tf.softmax(x!)),
  on('logSoftmax', [distinct([3, 4])], x => tf.logSoftmax(x!)),
  on('logSoftmax of softplus', [distinct([3, 4])], x =>
    tf.square(tf.logSoftmax(tf.softplus(tf.mul(x!, x!)))),
  ),
  on('LogSoftmax kernel by exp', [[3, 4]], x => tf.sub(x!, tf.log(tf.sum(tf.exp(x!), -1, true)))),
  on('moments', [[3, 4]], x => {
    const { mean, variance } = tf.moments(x!, 0)
    return tf.mul(mean, tf.sqrt(variance))
  }),
  on('topk', [distinct([3, 5])], x => tf.square(tf.topk(x!, 2).values)),
  on('topk of a vector', [distinct([6])], x => tf.square(tf.topk(x!, 3).values)),
  on('topk of one', [distinct([3, 1])], x => tf.square(tf.topk(x!, 1).values)),
  on('norm', [[3, 4]], x => tf.norm(x!, 'euclidean', 1)),
  on('norm of all', [[3, 4]], x => tf.norm(x!)),
  on('argMax and argMin', [distinct([3, 4])], x =>
    tf.mul(tf.square(tf.sum(x!, 1)), tf.cast(tf.add(tf.argMax(x!, 1), tf.argMin(x!, 1)), 'float32')),
  ),
  on('all and any', [{ shape: [3, 4], from: -1, to: 1, away: [0] }], x => {
    const positive = tf.greater(x!, 0)
    return tf.mul(
      tf.square(tf.sum(x!, 1)),
      tf.cast(tf.logicalOr(tf.all(positive, 1), tf.any(positive, 1)), 'float32'),
    )
  }),
  on('softmax cross-entropy', [{ shape: [3, 4], from: 0.1, to: 1 }, distinct([3, 4])], (labels, logits) =>
    tf.losses.softmaxCrossEntropy(labels!, tf.mul(logits!, tf.square(logits!)), undefined, 0.1),
  ),
  on(
    'sigmoid cross-entropy',
    [
      { shape: [6], from: 0, to: 1 },
      { shape: [6], away: [0] },
    ],
    (labels, logits) => tf.losses.sigmoidCrossEntropy(labels!, logits!),
  ),
  on(
    'huber loss',
    [
      { shape: [6], from: 2.2, to: 3 },
      { shape: [6], from: -1, to: 1 },
    ],
    (a, b) => tf.losses.huberLoss(a!, tf.square(b!)),
  ),
  on(
    'cosine distance',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.losses.cosineDistance(tf.tanh(a!) as tf.Tensor2D, tf.tanh(b!) as tf.Tensor2D, 1),
  ),
]
