import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { add, setBackend, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dualContrastive } from './dual-contrastive.ts'
import { softmaxGan } from './softmax-gan.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: Tensor) => [...(await t.data())]

describe.each([
  ['dualContrastive', dualContrastive()],
  ['softmaxGan', softmaxGan()],
] as const)('%s', (_, loss) => {
  const [real, fake] = [tensor1d([0.5, -2, 3]), tensor1d([-1, 3, 2.5])]

  it('does not see a constant added to the critic', async () => {
    const [cost] = await read(loss.critic(real, fake))
    const [shifted] = await read(loss.critic(add(real, 7), add(fake, 7)))
    expect(shifted).toBeCloseTo(cost!, 5)
  })

  it('moves the critic most at the fakes that pass best', async () => {
    const { grads } = gradients(() => loss.critic(real, fake), [fake])
    const [low, high, middle] = await read(grads[0]!)
    expect(high!).toBeGreaterThan(middle!)
    expect(middle!).toBeGreaterThan(low!)
    expect(low!).toBeGreaterThan(0)
  })
})

describe('dualContrastive', () => {
  it('in large batches has its best critic near log p - log q', async () => {
    // Three points, p = (.1, .3, .6) and q = (.5, .3, .2), in batches of 1000.
    const [p, q] = [
      [100, 300, 600],
      [500, 300, 200],
    ]
    const best = p!.map((count, i) => Math.log(count / q![i]!))
    const rows = (counts: number[]) =>
      tensor1d(counts.flatMap((count, i) => Array<number>(count).fill(best[i]!)))
    const [real, fake] = [rows(p!), rows(q!)]
    const { grads } = gradients(() => dualContrastive().critic(real, fake), [real, fake])
    const [ofReal, ofFake] = [await read(grads[0]!), await read(grads[1]!)]
    let [i, j] = [0, 0]
    for (const [point, count] of p!.entries()) {
      const total = (grads: number[], from: number, n: number) =>
        grads.slice(from, from + n).reduce((sum, g) => sum + g, 0)
      expect(Math.abs(total(ofReal, i, count) + total(ofFake, j, q![point]!))).toBeLessThan(0.01)
      i += count
      j += q![point]!
    }
  })

  it('refuses an unknown generator', () => {
    expect(() => dualContrastive({ generator: 'both' as never })).toThrow(
      'dualContrastive: generator must be saddle or alternative, got "both"',
    )
  })
})

describe('softmaxGan', () => {
  it('of a critic that says the same of all rows is the logarithm of their number', async () => {
    const same = tensor1d([2, 2, 2])
    expect((await read(softmaxGan().critic(same, same)))[0]).toBeCloseTo(Math.log(6), 5)
    const { grads } = gradients(() => softmaxGan().generator(same, () => same), [same])
    expect(Math.max(...(await read(grads[0]!)).map(Math.abs))).toBeLessThan(1e-6)
  })
})
