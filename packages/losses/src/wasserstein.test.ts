import '@tensorflow/tfjs-backend-cpu'
import { add, neg, setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { wasserstein } from './wasserstein.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: { data(): Promise<ArrayLike<number>> }) => (await t.data())[0]!

describe('wasserstein', () => {
  it('of the critic D(x) = x is minus the distance between point sets on a line that do not overlap', async () => {
    const [left, right] = [tensor1d([0, 1, 2]), tensor1d([10, 12, 11])]
    expect(await read(wasserstein().critic(right, left))).toBeCloseTo(-10, 5)
    // The wrong way round it is the worst critic.
    expect(await read(wasserstein().critic(neg(right), neg(left)))).toBeCloseTo(10, 5)
  })

  it('does not see a constant added to the critic', async () => {
    const [real, fake] = [tensor1d([0.5, 2]), tensor1d([-1, 3])]
    const shifted = wasserstein().critic(add(real, 7), add(fake, 7))
    expect(await read(shifted)).toBeCloseTo(await read(wasserstein().critic(real, fake)), 5)
  })
})
