import '@tensorflow/tfjs-backend-cpu'
import { add, setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { relativisticPairing } from './relativistic-pairing.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: { data(): Promise<ArrayLike<number>> }) => (await t.data())[0]!
const loss = relativisticPairing()

describe('relativisticPairing', () => {
  const [real, fake] = [tensor1d([0.5, -2, 3]), tensor1d([-1, 3, 2.5])]

  it('does not see a constant added to the critic', async () => {
    const [r, f] = [add(real, 7), add(fake, 7)]
    expect(await read(loss.critic(r, f))).toBeCloseTo(await read(loss.critic(real, fake)), 5)
    expect(await read(loss.generator(f, () => r))).toBeCloseTo(
      await read(loss.generator(fake, () => real)),
      5,
    )
  })

  it("is the critic's cost with data and fakes exchanged for the generator", async () => {
    expect(await read(loss.generator(fake, () => real))).toBe(await read(loss.critic(fake, real)))
  })

  it('compares pairs: which fake meets which real row matters', async () => {
    const turned = tensor1d([2.5, -1, 3])
    expect(await read(loss.critic(real, turned))).not.toBeCloseTo(await read(loss.critic(real, fake)), 2)
  })

  it('refuses logits that do not pair', () => {
    expect(() => loss.critic(real, tensor1d([1, 2]))).toThrow(/got logits \[3\] and \[2\]; give both batches/)
    // Broadcasting [3] against [3, 1] would compare all pairs.
    expect(() => loss.critic(real, tensor2d([[1], [2], [3]]))).toThrow(/\[3\] and \[3,1\]/)
  })
})
