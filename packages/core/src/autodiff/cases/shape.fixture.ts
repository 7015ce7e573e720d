import * as tf from '@tensorflow/tfjs-core'
import { bent, on } from './case.fixture.ts'

const ints = (values: number[], shape?: number[]) => tf.tensor(values, shape ?? [values.length], 'int32')

export const shapes = [
  bent('reshape', [2, 6], x => tf.reshape(x, [3, 4])),
  bent('expandDims, squeeze', [2, 3], x => tf.squeeze(tf.expandDims(x, 1), [1])),
  bent('slice', [3, 4, 2], x => tf.slice(x, [1, 0, 1], [2, -1, 1])),
  bent('slice of few axes', [3, 4], x => tf.slice(x, 1)),
  bent('stridedSlice', [5, 6], x => tf.stridedSlice(x, [1, 0], [5, 6], [2, 4])),
  bent('stridedSlice backwards', [5, 6], x => tf.stridedSlice(x, [4, 5], [0, 0], [-2, -3])),
  bent('stridedSlice with masks', [4, 3, 5], x =>
    tf.stridedSlice(x, [1, 0, 0], [2, 3, 4], [1, 1, 1], 2, 4, 0, 0, 1),
  ),
  bent('stridedSlice with a new axis', [4, 3], x =>
    tf.stridedSlice(x, [0, 1, 0], [0, 4, 3], [1, 2, 1], 0, 0, 0, 1),
  ),
  bent('stridedSlice with an ellipsis', [2, 3, 6], x => tf.stridedSlice(x, [0, 1], [0, 6], [1, 2], 0, 0, 1)),
  bent('pad', [2, 3], x =>
    tf.pad(
      x,
      [
        [1, 0],
        [2, 3],
      ],
      0.5,
    ),
  ),
  bent('pad of five axes', [1, 2, 1, 2, 2], x =>
    tf.pad(x, [
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 2],
      [1, 0],
    ]),
  ),
  bent('mirrorPad reflect', [3, 4, 2], x =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [1, 3],
        [0, 0],
      ],
      'reflect',
    ),
  ),
  bent('mirrorPad symmetric', [3, 4], x =>
    tf.mirrorPad(
      x,
      [
        [3, 2],
        [0, 4],
      ],
      'symmetric',
    ),
  ),
  on(
    'concat',
    [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    (a, b, c) => tf.square(tf.concat([a!, tf.sin(b!), tf.mul(c!, tf.sum(a!))], 1)),
  ),
  on(
    'concat over the first',
    [
      [2, 3],
      [1, 3],
    ],
    (a, b) => tf.square(tf.concat([a!, tf.sin(b!)], 0)),
  ),
  bent('split', [2, 6], x => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))),
  bent('split, some unused', [2, 6], x => tf.split(x, [1, 2, 3], 1)[1]!),
  bent('stack', [2, 3], x => tf.stack([x, tf.square(x)], 1)),
  bent('unstack', [2, 3], x => tf.mul(...(tf.unstack(x, 0) as [tf.Tensor, tf.Tensor]))),
  bent('unstack, some unused', [2, 3], x => tf.unstack(x, 1)[2]!),
  bent('tile', [2, 3], x => tf.tile(x, [2, 3])),
  bent('tile of six axes', [1, 2, 1, 2, 1, 2], x => tf.tile(x, [1, 2, 1, 1, 2, 2])),
  bent('broadcastTo', [3, 1], x => tf.broadcastTo(x, [2, 3, 4])),
  bent('broadcastTo of six axes', [1, 2, 1, 1, 1, 2], x => tf.broadcastTo(x, [2, 2, 1, 3, 1, 2])),
  bent('transpose', [2, 3, 4], x => tf.transpose(x, [2, 0, 1])),
  bent('transpose of a matrix', [2, 3], x => tf.transpose(x)),
  bent('reverse', [2, 3, 2], x => tf.mul(tf.reverse(x, [0, 2]), x)),
  bent('reverse of all axes', [2, 3], x => tf.mul(tf.reverse(x), x)),
  bent('flipLeftRight', [2, 3, 4, 1], x => tf.mul(tf.image.flipLeftRight(x as tf.Tensor4D), x)),
  bent('depthToSpace', [2, 2, 3, 8], x => tf.depthToSpace(x as tf.Tensor4D, 2)),
  bent('spaceToBatchND', [2, 4, 4, 2], x =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 2],
        [1, 1],
      ],
    ),
  ),
  bent('batchToSpaceND', [8, 2, 2, 1], x =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  bent('gather', [4, 3], x => tf.gather(x, ints([1, 3, 1]))),
  bent('gather over the last axis', [2, 3, 4], x => tf.gather(x, ints([3, 0, 3, 1], [2, 2]), 2)),
  bent('gather in batches', [2, 3, 2], x => tf.gather(x, ints([1, 2, 0, 0], [2, 2]), 1, 1)),
  bent('embedding of tokens', [5, 3], x => tf.mean(tf.gather(x, ints([0, 4, 4, 2, 1, 1], [2, 3])), 1)),
  bent('gatherND', [3, 4], x => tf.gatherND(x, ints([0, 1, 2, 3, 0, 1], [3, 2]))),
  bent('gatherND of rows', [3, 4], x => tf.gatherND(x, ints([2, 0, 2], [3, 1]))),
  bent('scatterND', [3, 2], x => tf.scatterND(ints([4, 1, 2], [3, 1]), x, [5, 2])),
  bent('unsortedSegmentSum', [4, 2], x => tf.unsortedSegmentSum(x, ints([2, 0, 2, 1]) as tf.Tensor1D, 3)),
  bent('unsortedSegmentSum dropping rows', [4, 2], x =>
    tf.unsortedSegmentSum(x, ints([2, -1, 0, 5]) as tf.Tensor1D, 3),
  ),
  on('oneHot and matMul', [[4, 3]], x =>
    tf.square(
      tf.matMul(
        tf.cast(tf.oneHot(tf.cast(tf.argMax(x!, 1), 'int32') as tf.Tensor1D, 3), 'float32'),
        tf.transpose(x!),
      ),
    ),
  ),
  bent('diag', [3], x => tf.diag(x as tf.Tensor1D)),
]
