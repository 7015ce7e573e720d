import { countParameters, entries, key, sampling, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, type Tensor, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { training, values } from '../testing.fixture.ts'
import { dcgan } from './dcgan.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const count = (network: ReturnType<typeof dcgan.critic>) =>
  scoped(() => countParameters(network.init(key(0))))

describe('dcgan', () => {
  it('has as many parameters at 64x64 as the common PyTorch form, plus its last biases', () => {
    // 3,576,704 and 2,765,568 without any bias; ours has biases wherever no batch normalisation follows.
    const shape = [64, 64, 3]
    expect(count(dcgan.generator({ shape, dimensions: 100 }))).toBe(3_576_704 + 3)
    expect(count(dcgan.critic({ shape, norm: 'batch' }))).toBe(2_765_568 + 64 + 1)
  })

  it('has channels that double from 64 at 28x28', () => {
    const shapes = (network: ReturnType<typeof dcgan.critic>) =>
      scoped(() =>
        entries(network.init(key(0)))
          .filter(([path]) => path.endsWith('kernel'))
          .map(([, t]) => (t as Tensor).shape),
      )
    expect(shapes(dcgan.generator({ shape: [28, 28, 1] }))).toEqual([
      [64, 7 * 7 * 128],
      [4, 4, 64, 128],
      [4, 4, 1, 64],
    ])
    expect(shapes(dcgan.critic({ shape: [28, 28, 1] }))).toEqual([
      [4, 4, 1, 64],
      [4, 4, 64, 128],
      [7 * 7 * 128, 1],
    ])
  })

  it.each([8, 16, 20, 24, 28, 32, 48, 64, 128, 256])('makes and judges images of side %i', side => {
    scoped(() => {
      const shape = [side, side, 2]
      const g = dcgan.generator({ shape, dimensions: 3, width: 1 })
      const fake = g.apply(g.init(key(0)), ones([1, 3]), training())
      expect(fake.shape).toEqual([1, ...shape])
      const d = dcgan.critic({ shape, width: 1 })
      expect(d.apply(d.init(key(1)), fake, training()).shape).toEqual([1])
      // No more than eight times the width.
      expect(
        Math.max(...entries(d.init(key(1))).map(([, t]) => (t as Tensor).shape.at(-1)!)),
      ).toBeLessThanOrEqual(8)
    })
  })

  it('starts all weights from a normal distribution of deviation .02', () => {
    for (const network of [
      dcgan.generator({ shape: [16, 16, 1], width: 32 }),
      dcgan.critic({ shape: [16, 16, 1], width: 32 }),
    ])
      for (const [path, t] of entries(network.init(key(1)))) {
        if (!path.endsWith('kernel')) continue
        const xs = values(t as Tensor)
        const deviation = Math.sqrt(xs.reduce((a, x) => a + x * x, 0) / xs.length)
        expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * xs.length))
      }
  })

  it('makes different images of different classes, and wants to know them', () => {
    const network = dcgan.generator({
      shape: [8, 8, 1],
      width: 2,
      dimensions: 3,
      classes: 2,
      batchNorm: false,
    })
    const params = network.init(key(2))
    const image = (label: number) =>
      values(network.apply(params, ones([1, 3]), sampling({}, { labels: tensor1d([label], 'int32') })))
    expect(image(0)).not.toEqual(image(1))
    expect(() => network.apply(params, ones([1, 3]), sampling())).toThrow(
      'a class-conditional layer needs labels',
    )
  })

  it('says which shapes it can make', () => {
    expect(() => dcgan.generator({ shape: [30, 30, 1] })).toThrow(
      'dcgan.generator: expected shape [height, width, channels] with sides 4, 5, 6 or 7 times a power of two and at least 8 (16, 28, 32, 64, ...), got [30,30,1]; resize the images',
    )
    expect(() => dcgan.critic({ shape: [4, 4, 1] })).toThrow('dcgan.critic: expected shape')
    expect(() => dcgan.critic({ shape: [2] })).toThrow('dcgan.critic: expected shape')
    expect(() => dcgan.critic({ shape: [8, 12, 1] })).not.toThrow()
    expect(() => dcgan.critic({ shape: [16, 18, 1] })).toThrow('dcgan.critic: expected shape')
    expect(() => dcgan.critic({ shape: [16, 16, 1], norm: 'bach' as never })).toThrow('did you mean "batch"')
    const d = dcgan.critic({ shape: [16, 16, 1], width: 1 })
    expect(() => d.apply(d.init(key(0)), zeros([2, 28, 28, 1]), sampling())).toThrow(
      "dcgan.critic: expected input [n, 16, 16, 1], got [2,28,28,1]; set the critic's shape to [28,28,1]",
    )
  })
})
