import '@tensorflow/tfjs-backend-cpu'
import {
  gan,
  gaussianLatent,
  makeStep,
  type Network,
  normal,
  type Optimizer,
  type Regularizers,
  sgd,
  simultaneous,
} from '@equilibria/core'
import { add, matMul, neg, setBackend, squeeze, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { energyDistance } from './energy-distance.ts'
import { every } from './regularizers/every.ts'
import { gradientPenalty } from './regularizers/gradient-penalty.ts'
import { r1 } from './regularizers/r1.ts'
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

const linear: Network = {
  init: k => normal(k, [2, 1]),
  apply: (w, x) => squeeze(matMul(x as never, w as never), [1]),
}
const generator: Network = {
  init: k => normal(k, [3, 2]),
  apply: (w, x) => matMul(x as never, w as never),
}

describe('a game whose loss needs a bounded critic', () => {
  const play = (
    loss = wasserstein(),
    { critic = linear, terms = {} as Regularizers, optimizer = sgd(0.1) as Optimizer } = {},
  ) =>
    makeStep({
      game: gan({ generator, critic, latent: gaussianLatent(3), loss, criticTerms: terms }),
      dynamics: simultaneous(),
      optimizer: { critic: optimizer, generator: sgd(0.1) },
    })

  it('is refused when it is put together, with the remedies, if nothing bounds the critic', () => {
    const message =
      "the loss means nothing unless the critic's slope is bounded, and nothing bounds it: add a term such as gradientPenalty()"
    expect(() => play()).toThrow(message)
    expect(() => play(energyDistance())).toThrow(message)
    expect(() => play(wasserstein(), { terms: { r1: r1(0) } })).toThrow(message)
  })

  it.each([
    ['a penalty', { terms: { gp: gradientPenalty() } }],
    ['a lazy penalty', { terms: { lazy: every(4, r1(1)) } }],
    ['its network', { critic: { ...linear, lipschitz: true } }],
    ['its optimizer', { optimizer: { ...sgd(0.1), lipschitz: true } }],
  ])('is played if %s bounds it', (_, parts) => {
    expect(() => play(wasserstein(), parts)).not.toThrow()
  })

  it('is played as it is if one says so', () => {
    expect(() => play(wasserstein({ unbounded: true }))).not.toThrow()
    expect(() => play(energyDistance({ unbounded: true }))).not.toThrow()
  })
})
