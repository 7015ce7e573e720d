import '@tensorflow/tfjs-backend-wasm'
import { key, uniform } from '@equilibria/core'
import { byClass, type Dataset, digits } from '@equilibria/datasets'
import { mnistPackage } from '@equilibria/datasets/node'
import { memory, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { classBalance } from '../class-balance.ts'
import { evaluate } from '../evaluate.ts'
import { classifierFid, judgeDigits, mnistClassifier } from '../mnist-classifier.ts'
import { init, pack, unpack } from './network.ts'
import { weights } from './weights.ts'

let heldOut: Dataset
let train: Dataset
beforeAll(async () => {
  await setBackend('wasm')
  const arrays = await mnistPackage()!()
  heldOut = digits(arrays, { split: 'test' })
  train = digits(arrays, { split: 'train' })
})

test('it names the held-out digits as well as it claims', async () => {
  const judge = mnistClassifier()
  let right = 0
  for await (const { data, labels } of heldOut.pass(700)) {
    const { probabilities } = await judge.classify(data)
    const truth = await labels!.data()
    for (const [i, label] of [...truth].entries()) {
      const own = probabilities.data.subarray(i * 10, i * 10 + 10)
      if (own.indexOf(Math.max(...own)) === label) right++
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
    }
    data.dispose()
    labels?.dispose()
  }
  console.log('mnist classifier: held-out accuracy', right / 2000, 'claimed', judge.accuracy)
  // One digit may fall the other way on another backend.
  expect(Math.abs(right / 2000 - judge.accuracy.heldOut)).toBeLessThanOrEqual(0.001)
  expect(judge.accuracy.heldOut).toBeGreaterThan(0.985)
  expect(judge.accuracy.test).toBeGreaterThan(0.985)
  judge.dispose()
})

test('rows are judged alone: batches change nothing', async () => {
  const judge = mnistClassifier()
  const { data } = await heldOut.rows(Array.from({ length: 30 }, (_, i) => i * 60))
  const whole = await judge.classify(data)
  const one = await heldOut.rows([7 * 60])
  const alone = await judge.classify(one.data)
  for (let i = 0; i < 64; i++) expect(alone.hidden.data[i]).toBeCloseTo(whole.hidden.data[7 * 64 + i]!, 4)
  judge.dispose()
})

test('digits, one class, and noise are told apart by every number, as is the real thing from itself', async () => {
  const before = memory().numTensors
  const report = await judgeDigits({ samples: byClass(train, 3).pass(250), heldOut: heldOut.pass(500) })
  console.log('all threes:', report)
  expect(memory().numTensors).toBe(before)
  const [fake, real, noise] = [report.samples, report.real, report.noise]
  expect([real.samples, noise.samples]).toEqual([1000, 1000])
  expect(real.meanTopProbability).toBeGreaterThan(0.97)
  expect(real.classKl).toBeLessThan(0.02)
  expect(real['share 3']).toBeCloseTo(0.1, 1)
  expect(fake['share 3']).toBeGreaterThan(0.97)
  expect(fake.classKl).toBeGreaterThan(2)
  expect(fake[classifierFid]).toBeGreaterThan(10 * real[classifierFid]!)
  expect(noise[classifierFid]).toBeGreaterThan(10 * real[classifierFid]!)
  expect(noise.meanTopProbability).toBeLessThan(0.2)
})

test('training digits score like held-out ones', async () => {
  const some = Array.from({ length: 1000 }, (_, i) => i * 8)
  const batches = [await train.rows(some)]
  const { samples, real } = await judgeDigits({ samples: batches, heldOut: heldOut.pass(500) })
  console.log('training digits:', samples[classifierFid], 'held-out digits:', real[classifierFid])
  expect(samples[classifierFid]).toBeLessThan(2 * real[classifierFid]!)
})

test('its extractors serve any metric', async () => {
  const judge = mnistClassifier()
  const report = await evaluate({
    metric: classBalance({ classes: 10 }),
    features: judge.probabilities,
    batches: [uniform(key(1), [40, 28, 28, 1], -1, 1)],
  })
  expect(report.samples).toBe(40)
  const { shape } = await judge.hidden(tensor(new Float32Array(2 * 784), [2, 28, 28, 1]))
  expect(shape).toEqual([2, 64])
  judge.dispose()
})

test('other shapes are refused', async () => {
  const judge = mnistClassifier()
  await expect(judge.classify(tensor(new Float32Array(784), [1, 784]))).rejects.toThrow(
    'expected digits [n, 28, 28, 1] in [-1, 1], got [1,784]',
  )
  await expect(judgeDigits({ samples: [], heldOut: [] })).rejects.toThrow('at least 4 held-out digits, got 0')
  judge.dispose()
})

test('weights survive packing to within half a step of each output’s scale', async () => {
  const fresh = init(key(3))
  const back = unpack(await pack(fresh))
  for (const layer of ['conv1', 'conv2', 'hidden', 'top'] as const) {
    const [a, b] = [Array.from(await fresh[layer].kernel.data()), Array.from(await back[layer].kernel.data())]
    const largest = a.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
    expect(a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0)).toBeLessThanOrEqual(
      largest / 254 + 1e-7,
    )
    expect(await back[layer].bias.data()).toEqual(await fresh[layer].bias.data())
  }
  expect(weights.length).toBeLessThan(200_000)
})
