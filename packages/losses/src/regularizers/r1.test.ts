import '@tensorflow/tfjs-backend-cpu'
import {
  clockAt,
  fieldOf,
  gan,
  gaussianLatent,
  gradients,
  type Key,
  key,
  linear as linearly,
  type Network,
} from '@equilibria/core'
import {
  add,
  cast,
  mul,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { minimax } from '../minimax.ts'
import { r1 } from './r1.ts'
import { bowl, costOf, linear, read, sceneOf } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('r1', () => {
  it('of a linear critic is gamma/2 |w|^2', async () => {
    expect(await read(costOf(r1(1), sceneOf(linear(3, 4))))).toBeCloseTo(12.5, 5)
    expect(await read(costOf(r1(10), sceneOf(linear(3, 4))))).toBeCloseTo(125, 4)
    expect(await read(costOf(r1(0), sceneOf(linear(3, 4))))).toBe(0)
  })

  it('of a/2 |x|^2 is gamma/2 a^2 E|x|^2 over real rows', async () => {
    // |x|^2 is 5, 1.25 and 9.
    expect(await read(costOf(r1(2), sceneOf(bowl(3))))).toBeCloseTo((9 * 15.25) / 3, 4)
  })

  it('has a gamma that may change with the steps', async () => {
    const falling = r1(linearly(4, 0, 8))
    const at = (step: number) => read(costOf(falling, sceneOf(linear(3, 4), { clock: clockAt(step) })))
    expect([await at(0), await at(2), await at(8)]).toEqual([50, 37.5, 0])
    expect(falling.lipschitz).toBe(true)
  })

  it('takes each row once when the critic gives logits [n, 1]', async () => {
    const column = (x: Tensor) => sum(mul(x, x), 1, true)
    expect(await read(costOf(r1(2), sceneOf(column)))).toBeCloseTo((4 * 15.25) / 3, 4)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses gamma %s', gamma => {
    expect(() => r1(gamma)).toThrow(`r1: gamma must be a number >= 0, got ${gamma}`)
  })

  it('refuses rows without a gradient', () => {
    const real = cast(tensor2d([[1, 2]]), 'int32')
    expect(() =>
      costOf(
        r1(),
        sceneOf(x => sum(cast(x, 'float32'), 1), { real }),
      ),
    ).toThrow(/rows are int32: cast them/)
  })

  // Mescheder et al. 2018, sections 2 and 4.1: data at 0, G = theta, D(x) = psi x.
  it.each([0, 0.4, 1, 3])(
    'gives the Dirac-GAN the eigenvalues -g/2 ± sqrt(g^2/4 - 1/4), gamma %s',
    async gamma => {
      const scalarNetwork = (apply: (p: Tensor, x: Tensor) => Tensor): Network<Tensor, Tensor, Tensor> => ({
        init: (_: Key) => zeros([]),
        apply: (p, x) => apply(p as Tensor, x),
      })
      const game = gan({
        generator: scalarNetwork((theta, z) => add(mul(z, 0), theta)) as unknown as Network,
        critic: scalarNetwork((psi, x) => mul(x, psi)) as unknown as Network,
        latent: gaussianLatent(1),
        loss: minimax(),
        criticTerms: { r1: r1(gamma) },
      })
      const field = fieldOf(game, () => ({
        batch: { data: zeros([4, 1]) },
        key: key(0),
        clock: clockAt(0),
        memory: {},
        slots: {},
      }))
      const at = { generator: zeros([]), critic: zeros([]) }
      // Rows of the Jacobian of minus the gradients, in (theta, psi).
      const row = async (who: 'generator' | 'critic') => {
        const own = () => field(who, at).grads as Scalar
        const { grads } = gradients(own, [at.generator, at.critic])
        return Promise.all(grads.map(async g => -(await read(g))))
      }
      const [[a, b], [c, d]] = [await row('generator'), await row('critic')] as [
        [number, number],
        [number, number],
      ]
      // The eigenvalues are settled by trace -gamma and determinant 1/4.
      expect(a + d).toBeCloseTo(-gamma, 5)
      expect(a * d - b * c).toBeCloseTo(0.25, 5)
    },
  )
})
