import { entries, key, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { training, values } from '../testing.fixture.ts'
import { r3gan } from './r3gan.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('r3gan', () => {
  it.each([8, 16, 28, 32])('makes and judges images of side %i', side =>
    scoped(() => {
      const shape = [side, side, 2]
      const given = { shape, width: 2, groupSize: 2, blocks: 1 }
      const g = r3gan.generator({ ...given, dimensions: 3 })
      const fake = g.apply(g.init(key(0)), ones([1, 3]), training())
      expect(fake.shape).toEqual([1, ...shape])
      const d = r3gan.critic(given)
      expect(d.apply(d.init(key(1)), fake, training()).shape).toEqual([1])
    }),
  )

  it('starts every block as the identity, and its kernels by the depth of the whole network', () =>
    scoped(() => {
      const network = r3gan.critic({ shape: [32, 32, 1], width: 16 })
      // 8 blocks; two of the three layers of each are scaled down together by 8^(-1/2).
      const gain = Math.sqrt(2 / 1.04) * 8 ** -0.25
      for (const [path, t] of entries(network.init(key(1)))) {
        if (!path.includes('body') || !path.endsWith('kernel')) continue
        const xs = values(t as Tensor)
        const deviation = Math.sqrt(xs.reduce((a, x) => a + x * x, 0) / xs.length)
        const fanIn = (t as Tensor).shape.slice(0, 3).reduce((a, b) => a * b, 1)
        const expected = path.includes('body/4') ? 0 : gain / Math.sqrt(fanIn)
        expect(Math.abs(deviation - expected)).toBeLessThanOrEqual((expected * 4) / Math.sqrt(2 * xs.length))
      }
    }))

  it('says which groups fit', () => {
    expect(() => r3gan.critic({ shape: [32, 32, 3], width: 20 })).toThrow(
      'r3gan.critic: expected groupSize to divide width * expansion = 40, got 16',
    )
  })
})
