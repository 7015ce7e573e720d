import '@tensorflow/tfjs-backend-cpu'
import { fold, key, uniforms } from '@equilibria/core'
import { mul, setBackend, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradientPenalty } from './gradient-penalty.ts'
import { bowl, costOf, linear, read, sceneOf } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('gradientPenalty', () => {
  it.each([
    ['two', [3, 4], 10 * 4 ** 2],
    ['two', [0.3, 0.4], 10 * 0.5 ** 2],
    ['two', [0, 0], 10],
    ['one', [3, 4], 10 * 4 ** 2],
    ['one', [0.3, 0.4], 0],
    ['zero', [3, 4], 10 * 25],
    ['zero', [0, 0], 0],
  ] as const)('%s-sided, of a linear critic with w = %j, is %s', async (sided, [a, b], value) => {
    expect(await read(costOf(gradientPenalty({ sided }), sceneOf(linear(a, b))))).toBeCloseTo(value, 4)
  })

  it('aims at the target', async () => {
    expect(await read(costOf(gradientPenalty({ target: 3, weight: 2 }), sceneOf(linear(3, 4))))).toBeCloseTo(
      8,
      4,
    )
  })

  it('looks at points between row i of the data and row i of the fakes, one number a row', async () => {
    const seen: Tensor[] = []
    const critic = (x: Tensor) => {
      seen.push(mul(x, 1))
      return bowl(1)(x)
    }
    const real = tensor2d(Array.from({ length: 500 }, () => [0, 10]))
    const fake = tensor2d(Array.from({ length: 500 }, () => [1, 20]))
    let rows: number[] = []
    const recording = (x: Tensor) => {
      rows = [...x.dataSync()]
      return critic(x)
    }
    costOf(gradientPenalty(), sceneOf(recording, { real, fake }))
    const shares = rows.filter((_, i) => i % 2 === 0)
    const expected = uniforms(fold(key(1), 'gradientPenalty'), 500)
    for (const [i, share] of shares.entries()) {
      expect(share).toBeCloseTo(expected[i]!, 6)
      expect(rows[2 * i + 1]!).toBeCloseTo(10 + 10 * share, 4)
    }
    expect(Math.min(...shares)).toBeLessThan(0.05)
    expect(Math.max(...shares)).toBeGreaterThan(0.95)
  })

  it('draws by the key: the same key, the same points', async () => {
    const at = async (seed: number) => read(costOf(gradientPenalty(), sceneOf(bowl(1), { key: key(seed) })))
    expect(await at(3)).toBe(await at(3))
    expect(await at(3)).not.toBe(await at(4))
  })

  it('refuses batches of different sizes', () => {
    const fake = tensor2d([[1, 2]])
    expect(() =>
      costOf(
        gradientPenalty(),
        sceneOf(x => sum(x, 1), { fake }),
      ),
    ).toThrow('but got [3,2] and [1,2]; give both batches the same shape')
  })
})
