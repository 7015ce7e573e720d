import { add, mean, mul, neg, type Scalar, softplus, square, sum, tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { dirac, gradients, type Loss, type Regularizer } from '../index.ts'
import { jacobian, look, nonSaturating, onCpu, softplusOf, values } from './games.fixture.ts'

onCpu()

const comparing: Loss = {
  critic: (real, fake) => mean(softplus(add(fake, neg(real)))) as Scalar,
  generator: (fake, real) => mean(softplus(add(real(), neg(fake)))) as Scalar,
}
const r1 =
  (gamma: number): Regularizer =>
  ({ critic, real }) =>
    mul(gamma / 2, sum(square(gradients(() => sum(critic(real)) as Scalar, [real]).grads[0]!))) as Scalar

const at = (psi: number, theta: number) => ({ critic: tensor1d([psi]), generator: tensor1d([theta]) })
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe('dirac', () => {
  it.each([
    [1, 1],
    [-0.5, 2],
    [0.7, -3],
  ])('plays the loss on D(0) = 0 and D(theta) = psi theta, at psi %s, theta %s', (psi, theta) => {
    const game = dirac({ loss: nonSaturating })
    const [critic, generator] = [
      look(game, 'critic', at(psi, theta), null),
      look(game, 'generator', at(psi, theta), null),
    ]
    const t = psi * theta
    expect(values(critic.cost)[0]).toBeCloseTo(Math.LN2 + softplusOf(t), 5)
    expect(values(generator.cost)[0]).toBeCloseTo(softplusOf(-t), 5)
    expect(values(critic.grads)[0]).toBeCloseTo(theta * sigmoid(t), 5)
    expect(values(generator.grads)[0]).toBeCloseTo(-psi * sigmoid(-t), 5)
    const relativistic = dirac({ loss: comparing })
    expect(values(look(relativistic, 'critic', at(psi, theta), null).cost)[0]).toBeCloseTo(softplusOf(t), 5)
    expect(values(look(relativistic, 'generator', at(psi, theta), null).cost)[0]).toBeCloseTo(
      softplusOf(-t),
      5,
    )
  })

  it('at the equilibrium turns with eigenvalues +-i/2; R1 of weight g adds g to the diagonal', () => {
    const free = jacobian(dirac({ loss: nonSaturating }), at(0, 0))
    expect(free).toEqual([
      [0, 0.5],
      [-0.5, 0],
    ])
    const gamma = 0.3
    const damped = jacobian(dirac({ loss: nonSaturating, criticTerms: { r1: r1(gamma) } }), at(0, 0))
    expect(damped[0]![0]).toBeCloseTo(gamma, 6)
    expect(damped.flat().slice(1)).toEqual([0.5, -0.5, 0])
  })

  it('logs as gan does, and its terms by name', () => {
    const game = dirac({ loss: nonSaturating, criticTerms: { r1: r1(3) } })
    const { cost, stats } = look(game, 'critic', at(2, 1), null)
    expect(Object.keys(stats)).toEqual(['real', 'fake', 'loss', 'r1'])
    expect(values(stats.r1!)[0]).toBeCloseTo(6, 5)
    expect(values(cost)[0]).toBeCloseTo(Math.LN2 + softplusOf(2) + 6, 5)
  })

  it('refuses a start that does not fit', () => {
    expect(() => dirac({ loss: nonSaturating, from: { x: [1] } })).toThrow(
      'dirac: from has a player "x"; the game\'s players are critic, generator',
    )
  })
})
