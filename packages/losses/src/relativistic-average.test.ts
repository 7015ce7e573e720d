import '@tensorflow/tfjs-backend-cpu'
import { gradients } from '@equilibria/core'
import { add, setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { relativisticAverage } from './relativistic-average.ts'
import { relativisticPairing } from './relativistic-pairing.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: { data(): Promise<ArrayLike<number>> }) => (await t.data())[0]!
const [real, fake] = [tensor1d([0.5, -2, 3, 1]), tensor1d([-1, 3, 2.5])]

describe.each(['standard', 'leastSquares', 'hinge'] as const)('relativisticAverage, %s', comparison => {
  const loss = relativisticAverage({ comparison })

  it('does not see a constant added to the critic', async () => {
    expect(await read(loss.critic(add(real, 7), add(fake, 7)))).toBeCloseTo(
      await read(loss.critic(real, fake)),
      5,
    )
  })

  it('takes batches of different sizes in any order, and exchanges roles for the generator', async () => {
    const turned = tensor1d([2.5, -1, 3])
    expect(await read(loss.critic(real, turned))).toBeCloseTo(await read(loss.critic(real, fake)), 5)
    expect(await read(loss.generator(fake, () => real))).toBe(await read(loss.critic(fake, real)))
  })

  it('of one row each is twice the pairing', async () => {
    const [r, f] = [tensor1d([0.3]), tensor1d([0.1])]
    const paired = relativisticPairing({ comparison }).critic(r, f)
    expect(await read(loss.critic(r, f))).toBeCloseTo(2 * (await read(paired)), 6)
  })

  it('lets the generator lower real rows too', async () => {
    const { grads } = gradients(() => loss.generator(fake, () => real), [real])
    expect(Math.max(...(await grads[0]!.data()))).toBeGreaterThan(0)
  })
})

describe('comparisons', () => {
  it.each([relativisticAverage, relativisticPairing])('are refused where unknown', loss => {
    expect(() => loss({ comparison: 'cubic' as never })).toThrow(
      /^relativistic.*: comparison must be one of standard, leastSquares, hinge, got "cubic"/,
    )
  })
})
