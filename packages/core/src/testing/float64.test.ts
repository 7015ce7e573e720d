import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { FLOAT64, registerFloat64, tensor64 } from './float64.ts'

beforeAll(async () => {
  registerFloat64()
  registerFloat64()
  expect(await tf.setBackend(FLOAT64)).toBe(true)
})

const read = async (t: tf.Tensor) => Array.from(await t.data())

it('keeps doubles through kernels of every kind', async () => {
  const x = tensor64([1 + 1e-12, 2], [2])
  expect((await read(x))[0]! - 1).toBeCloseTo(1e-12, 15)
  const ones = tf.ones([2])
  const small = async (y: tf.Tensor) => expect(((await read(y))[0]! - 1) * 1e12).toBeCloseTo(1, 3)
  await small(tf.mul(x, ones))
  await small(tf.square(tf.sqrt(x)))
  await small(tf.exp(tf.log(x)))
  await small(tf.slice(tf.concat([x, x]), [2], [1]))
  await small(tf.transpose(tf.reshape(x, [1, 2])))
  await small(tf.tile(x, [2]))
  await small(tf.pad(x, [[0, 1]]))
  await small(tf.gather(x, tf.tensor1d([0], 'int32')))
  await small(tf.max(tf.slice(x, [0], [1])))
  await small(tf.sum(tf.slice(x, [0], [1])))
  await small(tf.matMul(tf.reshape(x, [2, 1]), tf.ones([1, 1])))
  await small(tf.einsum('i,i->i', x, ones))
  const image = tf.reshape(tf.tile(x, [8]), [1, 4, 4, 1]) as tf.Tensor4D
  await small(tf.conv2d(image, tf.ones([1, 1, 1, 1]), 2, 'same'))
  await small(tf.depthwiseConv2d(image, tf.ones([1, 1, 1, 1]), 1, 'same'))
  await small(tf.image.resizeBilinear(image, [4, 4]))
  await small(tf.avgPool(tf.mul(tf.onesLike(image), tf.slice(x, [0], [1])) as tf.Tensor4D, 2, 2, 'valid'))
  await small(tf.cumsum(x))
  await small(tf.unsortedSegmentSum(x, tf.tensor1d([0, 1], 'int32'), 2))
  await small(tf.where(tf.tensor1d([1, 0], 'bool'), x, ones))
})

it('computes sums in doubles', async () => {
  const tenth = tensor64(Array(1000).fill(0.1), [1000])
  expect((await read(tf.sum(tenth)))[0]).toBeCloseTo(100, 10)
})

it('leaves other dtypes as they are', async () => {
  const i = tf.tensor1d([3, -2], 'int32')
  expect(await tf.mul(i, i).data()).toBeInstanceOf(Int32Array)
  expect(await read(tf.cast(tensor64([2.7, -2.7], [2]), 'int32'))).toEqual([2, -2])
  expect(await tf.greater(i, 0).data()).toBeInstanceOf(Uint8Array)
  expect(await read(tf.argMax(tensor64([1, 3, 2], [3])))).toEqual([1])
  expect(await read(tf.mul(tf.cast(i, 'float32'), 0.5))).toEqual([1.5, -1])
  expect(await tf.cast(tf.tensor1d([1, 0], 'bool'), 'float32').data()).toHaveLength(2)
})

it('has every kernel of the cpu backend and leaves that one alone', async () => {
  const names = (backend: string) =>
    tf
      .getKernelsForBackend(backend)
      .map(k => k.kernelName)
      .sort()
  expect(names(FLOAT64)).toEqual(names('cpu'))
  const { numTensors } = tf.memory()
  tf.tidy(() => void tf.softmax(tensor64([1, 2], [2])))
  expect(tf.memory().numTensors).toBe(numTensors)
  await tf.setBackend('cpu')
  expect(await tf.add(tf.scalar(1), 1e-3).data()).toBeInstanceOf(Float32Array)
  expect(() => tensor64([1], [1])).toThrow(/setBackend\('float64'\)/)
  await tf.setBackend(FLOAT64)
  expect(() => tensor64([1], [2])).toThrow(/takes 2 values/)
})
