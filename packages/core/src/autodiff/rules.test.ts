import '@tensorflow/tfjs-backend-cpu'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkGradients } from '../testing/gradient-faults.ts'
import { bent, on } from './cases/case.fixture.ts'
import { refusals } from './gradients/refusals.ts'
import { gradients, hvp, mend } from './index.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

// Adding 0 makes of -0 a 0.
const numbers = (x: Tensor | undefined) => Array.from(x!.dataSync(), v => v + 0)
const grad = (f: (x: Tensor) => Tensor, x: Tensor) => numbers(gradients(() => tf.sum(f(x)), [x]).grads[0])

describe('at a kink', () => {
  const zero = () => tf.tensor1d([0])

  it('the derivative is the one from the left', () => {
    expect(grad(tf.relu, zero())).toEqual([0])
    expect(grad(tf.abs, zero())).toEqual([-1])
    expect(grad(x => tf.leakyRelu(x, 0.25), zero())).toEqual([0.25])
    expect(grad(x => tf.maximum(x, 0), zero())).toEqual([0])
    expect(grad(x => tf.minimum(x, 0), zero())).toEqual([1])
    expect(grad(x => tf.clipByValue(x, 0, 1), tf.tensor1d([-1, 0, 0.5, 1, 2]))).toEqual([0, 0, 1, 1, 0])
  })

  it('smooth functions made of kinks stay right', () => {
    const logits = zero()
    const [g] = gradients(() => tf.losses.sigmoidCrossEntropy(tf.tensor1d([0.25]), logits), [logits]).grads
    expect(g!.dataSync()[0]).toBeCloseTo(0.25, 6)
    const x = tf.tensor1d([0, 3, 4])
    const { products } = hvp(() => tf.norm(x), [x], [tf.tensor1d([1, 0, 0])])
    expect(products[0]!.dataSync()[0]).toBeCloseTo(1 / 5, 6)
  })

  it('equal extrema share the gradient', () => {
    expect(grad(x => tf.max(x), tf.tensor1d([2, 1, 2]))).toEqual([0.5, 0, 0.5])
    expect(grad(x => tf.min(x, 1), tf.tensor2d([[1, 1, 1, 3]]))).toEqual(
      [1 / 3, 1 / 3, 1 / 3, 0].map(Math.fround),
    )
    const flat = tf.ones([1, 2, 2, 1]) as Tensor4D
    expect(grad(x => tf.maxPool(x as Tensor4D, 2, 2, 'valid'), flat)).toEqual([0.25, 0.25, 0.25, 0.25])
  })
})

describe('at zero', () => {
  it('products are differentiated without dividing', () => {
    expect(grad(x => tf.prod(x), tf.tensor1d([0, 2, 3]))).toEqual([6, 0, 0])
    expect(grad(x => tf.prod(x), tf.tensor1d([0, 0, 3]))).toEqual([0, 0, 0])
    expect(grad(x => tf.cumprod(x), tf.tensor1d([2, 0, 3]))).toEqual([1, 8, 0])
    const x = tf.tensor1d([0, 0, 3])
    expect(numbers(hvp(() => tf.prod(x), [x], [tf.tensor1d([1, 0, 0])]).products[0])).toEqual([0, 3, 0])
  })

  it('powers stay finite to second order', () => {
    const x = tf.tensor1d([0, -2])
    expect(grad(x => tf.pow(x, 2), x)).toEqual([0, -4])
    expect(numbers(hvp(() => tf.sum(tf.pow(x, 2)), [x], [tf.ones([2])]).products[0])).toEqual([2, 2])
    expect(numbers(hvp(() => tf.sum(tf.pow(x, 1)), [x], [tf.ones([2])]).products[0])).toEqual([0, 0])
    expect(grad(e => tf.pow(tf.tensor1d([0, 2]), e), tf.tensor1d([3, 3]))[0]).toBe(0)
  })
})

it('rounding to integers stops the gradient', () => {
  expect(grad(x => tf.mul(x, tf.cast(tf.cast(x, 'int32'), 'float32')), tf.tensor1d([2.7]))).toEqual([2])
  expect(grad(x => tf.cast(tf.floorDiv(x, 2), 'float32'), tf.tensor1d([3.5]))).toEqual([0])
})

it('a tensor used twice gets both gradients, of its own', () => {
  const x = tf.tensor1d([3])
  expect(grad(x => tf.add(x, x), x)).toEqual([2])
  const [a, b] = gradients(() => tf.sum(tf.add(x, tf.add(x, x))), [x, x]).grads
  a!.dispose()
  expect(b!.dataSync()[0]).toBe(3)
})

describe('channels first', () => {
  it('convolutions and depthToSpace', async () => {
    await checkGradients(
      on(
        'conv2d NCHW',
        [
          [2, 2, 5, 4],
          [3, 2, 2, 3],
        ],
        (x, w) => tf.square(tf.conv2d(x as Tensor4D, w as Tensor4D, [2, 1], 'valid', 'NCHW')),
      ),
    )
    await checkGradients(
      on(
        'conv2d NCHW, dilation 2',
        [
          [2, 2, 5, 5],
          [2, 2, 2, 3],
        ],
        (x, w) => tf.square(tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'valid', 'NCHW', 2)),
      ),
    )
  })
})

describe('refusals name the operation and the way out', () => {
  const refused = (f: (x: Tensor) => Tensor, shape: number[]) => () => {
    const x = tf.ones(shape)
    gradients(() => tf.sum(f(x)), [x])
  }
  const image = (x: Tensor) => x as Tensor4D

  it('for every kernel in the list', () => {
    mend()
    for (const { kernel } of refusals) {
      expect(() => tf.getGradient(kernel).gradFunc([tf.scalar(1)], [], {}), kernel).toThrow(
        new RegExp(`^${kernel} has no gradient: \\w.{8}`),
      )
    }
  })

  it('when they are met', () => {
    const boxes = () => tf.tensor2d([[0, 0, 1, 1]])
    expect(
      refused(
        x => tf.image.cropAndResize(image(x), boxes(), tf.tensor1d([0], 'int32'), [2, 2]),
        [1, 4, 4, 1],
      ),
    ).toThrow(/CropAndResize.*resizeBilinear/)
    expect(refused(x => tf.image.rotateWithOffset(image(x), 0.1), [1, 4, 4, 1])).toThrow(/RotateWithOffset/)
    expect(refused(x => tf.real(tf.spectral.rfft(x)), [4])).toThrow(/Real has no gradient.*float/)
    expect(refused(x => tf.abs(tf.complex(x, x)), [4])).toThrow(/ComplexAbs has no gradient/)
    expect(refused(x => tf.matMul(x, tf.ones([3, 3, 2])), [2, 1, 2, 3])).toThrow(
      /\[2,1,2,3\] and \[3,3,2\].*broadcastTo/,
    )
    expect(refused(x => tf.stridedSlice(x, [1, 0], [2, 4], [1, 2], 0, 0, 0, 0, 1), [3, 4])).toThrow(/squeeze/)
    expect(refused(x => tf.logSigmoid(tf.mul(x, 2)), [3])).toThrow(/neg\(softplus\(neg\(x\)\)\)/)
    expect(refused(x => tf.leakyRelu(x, -0.5), [3])).toThrow(/prelu/)
    expect(refused(x => tf.batchNorm(image(x), tf.zeros([1]), tf.ones([1])), [1, 2, 2, 1])).toThrow(
      /optional input 'scale'.*ones/,
    )
    expect(
      refused(x => tf.tensorScatterUpdate(x, tf.tensor2d([[0]], [1, 1], 'int32'), tf.ones([1])), [3]),
    ).toThrow(/TensorScatterUpdate/)
  })

  it('and leave nothing behind', () => {
    const x = tf.ones([4])
    const { numTensors } = tf.memory()
    expect(() => tf.tidy(() => void gradients(() => tf.sum(tf.real(tf.spectral.rfft(x))), [x]))).toThrow()
    expect(tf.memory().numTensors).toBe(numTensors)
  })
})

it('a gradient does not keep what it does not need', () => {
  const x = tf.ones([100])
  const kept: number[] = []
  for (const f of [tf.add, tf.mul]) {
    gradients(() => {
      const a = tf.neg(x)
      const y = f(a, tf.neg(a))
      kept.push(tf.engine().state.activeTape.flatMap(node => node.saved ?? []).length)
      return tf.sum(y)
    }, [x])
  }
  expect(kept).toEqual([0, 2])
})

it('third derivatives are right too', async () => {
  const once = (f: (x: Tensor) => Tensor) => (x: Tensor) => gradients(() => tf.sum(f(x)), [x]).grads[0]!
  for (const f of [
    tf.sigmoid,
    tf.tanh,
    tf.exp,
    tf.softplus,
    tf.softmax,
    tf.sqrt,
    tf.rsqrt,
    tf.reciprocal,
    tf.tan,
    tf.expm1,
    (x: Tensor) => tf.logSoftmax(x),
  ]) {
    await checkGradients(
      on(`gradient of ${f.name}`, [{ shape: [2, 3], from: 0.5, to: 1 }], x =>
        once(y => tf.mul(f(y), tf.sin(f(y))))(x!),
      ),
    )
  }
  await checkGradients(
    bent(
      'gradient of maxPool',
      { shape: [1, 4, 4, 1], distinct: true },
      once(x => tf.square(tf.maxPool(image(x), 2, 2, 'valid'))),
    ),
  )
})

const image = (x: Tensor) => x as Tensor4D
