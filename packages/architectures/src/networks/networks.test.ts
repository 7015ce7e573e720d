import { registerWasmKernels } from '@equilibria/backends'
import {
  countParameters,
  entries,
  gaussianLatent,
  gradients,
  key,
  leaves,
  type Memory,
  mapTree,
  type Network,
  normal,
  type Params,
  sampling,
  scoped,
  standing,
  uniform,
} from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import {
  add,
  concat,
  memory,
  setBackend,
  slice,
  square,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, training, values } from '../testing.fixture.ts'
import { dcgan } from './dcgan.ts'
import { goodfellow2014 } from './goodfellow2014.ts'
import { mlp } from './mlp.ts'
import { r3gan } from './r3gan.ts'
import { resnet } from './resnet.ts'
import { unet } from './unet.ts'

beforeAll(() => registerWasmKernels())

/** A network with what must be true of it. */
interface Subject {
  readonly network: Network
  /** Shape of a row of its input; a generator's is its latent. */
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly parameters: number
  readonly range?: readonly [number, number]
  readonly classes?: number
  /** Starts with layers of zeros, which keep those before them from moving until they themselves have moved. */
  readonly quiet?: boolean
}

const image = [16, 16, 3]
const points = { from: [2], to: [] }

// Parameter counts by hand: in * out + out for each linear layer, 2 a feature for each normalisation.
const subjects: Record<string, Subject> = {
  'mlp.generator': {
    network: mlp.generator({ shape: image, hidden: [32, 16] }),
    from: [64],
    to: image,
    parameters: 65 * 32 + 33 * 16 + 17 * 768,
    range: [-1, 1],
  },
  'mlp.generator of points': {
    network: mlp.generator({ shape: [2], dimensions: 3, hidden: [16], activation: 'softplus' }),
    from: [3],
    to: [2],
    parameters: 4 * 16 + 17 * 2,
  },
  'mlp.generator, batch norm': {
    network: mlp.generator({
      shape: image,
      dimensions: 8,
      hidden: [32, 16],
      batchNorm: true,
      output: 'sigmoid',
    }),
    from: [8],
    to: image,
    parameters: (8 + 2) * 32 + (32 + 2) * 16 + 17 * 768,
    range: [0, 1],
  },
  'mlp.generator, conditional': {
    network: mlp.generator({
      shape: [2],
      dimensions: 8,
      hidden: [32],
      batchNorm: true,
      classes: 5,
      embedding: 4,
    }),
    from: [8],
    to: [2],
    parameters: 5 * 4 + (12 + 2) * 32 + 33 * 2,
    classes: 5,
  },
  'mlp.critic': {
    network: mlp.critic({ shape: [2], hidden: [32, 16] }),
    ...points,
    parameters: 3 * 32 + 33 * 16 + 17,
  },
  'mlp.critic, spectral norm, dropout, conditional': {
    network: mlp.critic({ shape: [2], hidden: [32], keep: 0.5, spectralNorm: true, classes: 5 }),
    ...points,
    parameters: 3 * 32 + 33 + 5 * 32,
    classes: 5,
  },
  'mlp.critic, deviations': {
    network: mlp.critic({ shape: [2], hidden: [32], minibatchStdDev: true }),
    ...points,
    parameters: 3 * 32 + 34,
  },
  'mlp.critic, contrasting classes': {
    network: mlp.critic({ shape: [2], hidden: [32], classes: 5, contrast: 3 }),
    from: [2],
    to: [7],
    parameters: 3 * 32 + 33 * 4 + 5 * 3,
    classes: 5,
  },
  'mlp.encoder': {
    network: mlp.encoder({ shape: image, hidden: [32], dimensions: 5 }),
    from: image,
    to: [5],
    parameters: 769 * 32 + 33 * 5,
  },
  'goodfellow2014.generator': {
    network: goodfellow2014.generator({ shape: image, hidden: [20, 20], range: [0, 1] }),
    from: [100],
    to: image,
    parameters: 101 * 20 + 21 * 20 + 21 * 768,
    range: [0, 1],
  },
  'goodfellow2014.generator, conditional': {
    network: goodfellow2014.generator({ shape: [4], dimensions: 6, hidden: [20], classes: 3 }),
    from: [6],
    to: [4],
    parameters: 3 * 32 + 39 * 20 + 21 * 4,
    range: [-1, 1],
    classes: 3,
  },
  'goodfellow2014.critic': {
    network: goodfellow2014.critic({ shape: image, hidden: [8, 8] }),
    from: image,
    to: [],
    parameters: 769 * 40 + 9 * 40 + 9,
  },
  'goodfellow2014.critic, conditional': {
    network: goodfellow2014.critic({ shape: [4], hidden: [8], classes: 3 }),
    from: [4],
    to: [],
    parameters: 5 * 40 + 9 + 3 * 8,
    classes: 3,
  },
  'dcgan.generator': {
    network: dcgan.generator({ shape: image, dimensions: 8, width: 4 }),
    from: [8],
    to: image,
    parameters: 8 * 4 * 4 * 8 + 2 * 8 + 16 * 8 * 4 + 2 * 4 + 16 * 4 * 3 + 3,
    range: [-1, 1],
  },
  'dcgan.generator, conditional': {
    network: dcgan.generator({ shape: [28, 28, 1], dimensions: 8, width: 4, classes: 5 }),
    from: [8],
    to: [28, 28, 1],
    parameters: 8 * 7 * 7 * 8 + 5 * 2 * 8 + 16 * 8 * 4 + 5 * 2 * 4 + 16 * 4 + 1,
    range: [-1, 1],
    classes: 5,
  },
  'dcgan.generator, conditional without batch norm': {
    network: dcgan.generator({
      shape: image,
      dimensions: 8,
      width: 4,
      classes: 5,
      batchNorm: false,
      embedding: 6,
    }),
    from: [8],
    to: image,
    parameters: 5 * 6 + 15 * 4 * 4 * 8 + 16 * 8 * 4 + 4 + 16 * 4 * 3 + 3,
    range: [-1, 1],
    classes: 5,
  },
  'dcgan.generator, not square': {
    network: dcgan.generator({ shape: [8, 24, 1], dimensions: 8, width: 4 }),
    from: [8],
    to: [8, 24, 1],
    parameters: 8 * 4 * 12 * 4 + 2 * 4 + 16 * 4 + 1,
    range: [-1, 1],
  },
  'dcgan.critic': {
    network: dcgan.critic({ shape: image, width: 4 }),
    from: image,
    to: [],
    parameters: 16 * 3 * 4 + 4 + 16 * 4 * 8 + 8 + 4 * 4 * 8 + 1,
  },
  ...Object.fromEntries(
    (['batch', 'layer', 'instance', 'spectral'] as const).map(norm => [
      `dcgan.critic, ${norm} norm`,
      {
        network: dcgan.critic({ shape: image, width: 4, norm }),
        from: image,
        to: [],
        parameters:
          16 * 3 * 4 +
          4 +
          16 * 4 * 8 +
          { batch: 16, layer: 24, instance: 16, spectral: 8 }[norm] +
          4 * 4 * 8 +
          1,
      },
    ]),
  ),
  'dcgan.critic, conditional with deviations': {
    network: dcgan.critic({
      shape: [28, 28, 1],
      width: 4,
      minibatchStdDev: true,
      norm: 'spectral',
      classes: 5,
    }),
    from: [28, 28, 1],
    to: [],
    parameters: 16 * 4 + 4 + 16 * 4 * 8 + 8 + 6 * (7 * 7 * 9) + 1,
    classes: 5,
  },
  'dcgan.encoder': {
    network: dcgan.encoder({ shape: image, width: 4, dimensions: 5 }),
    from: image,
    to: [5],
    parameters: 16 * 3 * 4 + 4 + 16 * 4 * 8 + 8 + 4 * 4 * 8 * 5 + 5,
  },
  'unet.generator': {
    network: unet.generator({ shape: [28, 28, 3], inputs: 1, width: 4 }),
    from: [28, 28, 1],
    to: [28, 28, 3],
    parameters: 16 * 4 + 4 + 16 * 4 * 8 + 8 + 16 * 8 * 4 + 4 + 16 * 8 * 3 + 3,
    range: [-1, 1],
  },
  'unet.generator, batch norm and dropout': {
    network: unet.generator({ shape: [16, 16, 1], width: 4, batchNorm: true, keep: 0.5, output: 'sigmoid' }),
    from: [16, 16, 1],
    to: [16, 16, 1],
    parameters: 16 * 4 + 4 + 16 * 4 * 8 + 16 + 16 * 8 * 4 + 8 + 16 * 8 + 1,
    range: [0, 1],
  },
  'resnet.generator': {
    network: resnet.generator({ shape: image, dimensions: 8, width: 4 }),
    from: [8],
    to: image,
    parameters: 9 * 64 + 2 * (19 * 16 + 16) + 8 + 9 * 4 * 3 + 3,
    range: [-1, 1],
  },
  'resnet.generator, conditional': {
    network: resnet.generator({ shape: [8, 8, 1], dimensions: 8, width: 4, classes: 5, output: 'sigmoid' }),
    from: [8],
    to: [8, 8, 1],
    parameters: 9 * 64 + 19 * 16 + 5 * 16 + 5 * 8 + 9 * 4 + 1,
    range: [0, 1],
    classes: 5,
  },
  'resnet.critic': {
    network: resnet.critic({ shape: image, width: 4 }),
    from: image,
    to: [],
    parameters: (28 + 37 + 4) * 4 + 4 * 37 * 4 + 5,
  },
  'resnet.critic, conditional without spectral norm': {
    network: resnet.critic({ shape: [28, 28, 1], width: 4, classes: 5, spectralNorm: false }),
    from: [28, 28, 1],
    to: [],
    parameters: (10 + 37 + 2) * 4 + (2 * 37 + 5) * 4 + 4 * 37 * 4 + 5 + 5 * 4,
    classes: 5,
  },
  'r3gan.generator': {
    network: r3gan.generator({ shape: image, dimensions: 8, width: 4, groupSize: 4 }),
    from: [8],
    to: image,
    parameters: 8 * 4 + 16 * 4 + 6 * (32 + 8 + 9 * 4 * 8 + 8 + 32) + 4 * 3,
    quiet: true,
  },
  'r3gan.generator, conditional': {
    network: r3gan.generator({
      shape: [8, 24, 1],
      dimensions: 8,
      width: 4,
      groupSize: 2,
      blocks: 1,
      expansion: 1,
      output: 'tanh',
      classes: 5,
      embedding: 6,
    }),
    from: [8],
    to: [8, 24, 1],
    parameters: 5 * 6 + 14 * 4 + 4 * 12 * 4 + 2 * (16 + 4 + 9 * 2 * 4 + 4 + 16) + 4,
    range: [-1, 1],
    classes: 5,
    quiet: true,
  },
  'r3gan.critic': {
    network: r3gan.critic({ shape: image, width: 4, groupSize: 4 }),
    from: image,
    to: [],
    parameters: 12 + 6 * (32 + 8 + 9 * 4 * 8 + 8 + 32) + 16 * 4 + 4,
    quiet: true,
  },
  'r3gan.critic, conditional': {
    network: r3gan.critic({
      shape: [28, 28, 1],
      width: 4,
      groupSize: 4,
      blocks: 1,
      expansion: 1,
      classes: 5,
    }),
    from: [28, 28, 1],
    to: [],
    parameters: 4 + 3 * (16 + 4 + 9 * 4 * 4 + 4 + 16) + 49 * 4 + 5 + 5 * 4,
    classes: 5,
    quiet: true,
  },
}

const n = 64
const inputs = ({ from }: Subject, rows = n) => uniform(key(5), [rows, ...from], -1, 1)
const labelsFor = ({ classes }: Subject, rows = n) =>
  classes === undefined
    ? undefined
    : tensor1d(
        [...Array(rows).keys()].map(i => (i * 3) % classes),
        'int32',
      )

/** What sampling needs: the network's own memory, and standing statistics gathered on its kind of input. */
const memoryFor = (subject: Subject, params: Params): Memory =>
  standing(subject.network, params, {
    latent: { ...gaussianLatent(1), draw: (k, rows) => uniform(k, [rows, ...subject.from], -1, 1) },
    key: key(6),
    n: 16,
    batches: 2,
    labels: (_, rows) => labelsFor(subject, rows)!,
    ...(subject.network.memory && { memory: subject.network.memory(key(7)) }),
  })

const rowsOf = (x: Tensor, first: number, count: number) =>
  slice(x, [first, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)])

describe.each(['cpu', 'wasm'])('on %s', backend => {
  beforeAll(async () => {
    await setBackend(backend)
  })

  describe.each(Object.entries(subjects))('%s', (_, subject) => {
    const { network, to, parameters, range, quiet } = subject

    it('has the parameters its sizes say, all float32, made from the key alone', () =>
      scoped(() => {
        const [a, b, c] = [key(1), key(1), key(2)].map(k => network.init(k))
        expect(countParameters(a!)).toBe(parameters)
        for (const [path, leaf] of entries(a!)) expect(`${path} ${leaf.dtype}`).toBe(`${path} float32`)
        const numbers = (p: Params) => leaves(p).map(values)
        expect(numbers(a!)).toEqual(numbers(b!))
        expect(numbers(a!)).not.toEqual(numbers(c!))
      }))

    it('gives rows of the right shape and range, from every parameter', () =>
      scoped(() => {
        const start = network.init(key(1))
        const params = quiet ? mapTree(p => add(p, normal(key(8), p.shape, 0, 0.1)), start) : start
        const memory = network.memory?.(key(7)) ?? {}
        const x = inputs(subject, 8)
        const context = () => training({ memory, labels: labelsFor(subject, 8) })
        const y = network.apply(params, x, context())
        expect(y.shape).toEqual([8, ...to])
        const ys = values(y)
        expect(ys.every(Number.isFinite)).toBe(true)
        expect(new Set(ys).size).toBeGreaterThan(1)
        if (range) expect(ys.every(v => v >= range[0] && v <= range[1])).toBe(true)
        const { grads } = gradients(() => sum(square(network.apply(params, x, context()))), leaves(params))
        const idle = entries(params).filter((__, i) => values(grads[i]!).every(g => !(Math.abs(g) > 0)))
        expect(idle.map(([path]) => path)).toEqual([])
      }))

    it('samples each row by itself', () =>
      scoped(() => {
        const params = network.init(key(1))
        const memory = memoryFor(subject, params)
        const x = inputs(subject)
        const labels = labelsFor(subject)
        const apply = (rows: Tensor, of: Tensor | undefined) =>
          network.apply(params, rows, sampling(memory, { labels: of }))
        const whole = apply(x, labels)
        for (const i of [0, 17, 63]) {
          const expected = values(rowsOf(whole, i, 1))
          const label = labels && rowsOf(labels, i, 1)
          expectClose(apply(rowsOf(x, i, 1), label), expected, 1e-6)
          // Other company: rows 1 to 4, scaled.
          const others = concat([rowsOf(x, i, 1), rowsOf(x, 1, 4)])
          const beside = apply(others, label && labels && concat([label, rowsOf(labels, 1, 4)]))
          expectClose(rowsOf(beside, 0, 1), expected, 1e-6)
        }
      }))
  })

  it('leaves no tensors behind', () => {
    const { numTensors } = memory()
    for (const subject of Object.values(subjects))
      scoped(() => {
        const params = subject.network.init(key(1))
        subject.network.apply(
          params,
          inputs(subject, 4),
          training({ memory: memoryFor(subject, params), labels: labelsFor(subject, 4) }),
        )
      })
    expect(memory().numTensors).toBe(numTensors)
  })
})
