import { countParameters, entries, key, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { training } from '../testing.fixture.ts'
import { resnet } from './resnet.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('resnet', () => {
  it('has the maps of the paper’s table at 32x32', () =>
    scoped(() => {
      const shape = [32, 32, 3]
      const kernels = (network: ReturnType<typeof resnet.critic>) =>
        entries(network.init(key(0))).flatMap(([path, t]) =>
          path.endsWith('kernel') ? [(t as Tensor).shape.join('x')] : [],
        )
      const block = ['3x3x4x4', '3x3x4x4']
      expect(kernels(resnet.generator({ shape, width: 4, dimensions: 5 }))).toEqual([
        '5x64',
        ...Array.from({ length: 3 }, () => [...block, '1x1x4x4']).flat(),
        '3x3x4x3',
      ])
      expect(kernels(resnet.critic({ shape, width: 4 }))).toEqual([
        ...['3x3x3x4', '3x3x4x4', '1x1x3x4'],
        ...[...block, '1x1x4x4'],
        ...block,
        ...block,
        '4x1',
      ])
    }))

  it.each([
    [8, 4],
    [16, 8],
    [20, 5],
    [28, 7],
    [32, 8],
    [48, 6],
    [64, 8],
  ])('makes and judges images of side %i, at last on a map of side %i', (side, last) =>
    scoped(() => {
      const shape = [side, side, 2]
      const g = resnet.generator({ shape, dimensions: 3, width: 1 })
      const fake = g.apply(g.init(key(0)), ones([2, 3]), training())
      expect(fake.shape).toEqual([2, ...shape])
      const d = resnet.critic({ shape, width: 1, spectralNorm: false })
      expect(d.apply(d.init(key(1)), fake, training()).shape).toEqual([2])
      const blocks = countParameters(d.init(key(1)))
      // Two 3x3 convolutions and a 1x1 one, all with biases, for each halving after the first.
      const halvings = Math.log2(side / last)
      expect(blocks).toBe(19 + 10 + 3 + (halvings - 1) * 22 + 4 * 10 + 2)
    }),
  )

  it('carries a vector of spectral norm for every kernel, and refuses other sides', () => {
    const shape = [16, 16, 1]
    const carried = scoped(() => Object.keys(resnet.critic({ shape, width: 2 }).memory!(key(0))).length)
    expect(carried).toBe(3 + 4 + 1)
    expect(resnet.critic({ shape, width: 2, spectralNorm: false }).memory).toBeUndefined()
    expect(() => resnet.generator({ shape: [30, 30, 1] })).toThrow(
      'resnet.generator: expected shape [height, width, channels]',
    )
  })
})
