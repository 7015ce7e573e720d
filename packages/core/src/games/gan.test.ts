import {
  add,
  matMul,
  mean,
  mul,
  type Scalar,
  square,
  squeeze,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gan, gaussianLatent, type Key, makeStep, type Network, normal, sgd, simultaneous } from '../index.ts'
import { nonSaturating, onCpu } from './games.fixture.ts'

onCpu()

const linear = (inputs: number, outputs: number): Network<Tensor, Tensor, { w: Tensor }> => ({
  init: k => ({ w: normal(k, [inputs, outputs], 0, 0.5) }),
  apply: ({ w }, x) => matMul(x as never, w as never),
})
const critic: Network<Tensor, Tensor, { w: Tensor }> = {
  ...linear(2, 1),
  apply: (p, x, context) => squeeze(linear(2, 1).apply(p, x, context), [1]),
}
const parts = { generator: linear(3, 2), critic, latent: gaussianLatent(3), loss: nonSaturating }
const batch = { data: tensor2d([1, 2, 3, 4, 5, 6], [3, 2]) }
const play = (extra = {}) =>
  makeStep({ game: gan({ ...parts, ...extra } as never), dynamics: simultaneous(), optimizer: sgd(0.1) })
const value = async (t: Tensor) => (await t.data())[0]!

describe('gan', () => {
  it('plays the loss on real and generated rows, and logs both sides', async () => {
    const step = play()
    const start = step.init(1)
    const { stats } = step.next(start, [batch])
    // The critic's cost from its mean outputs alone: softplus is convex, so Jensen bounds it from below.
    const low =
      Math.log1p(Math.exp(-(await value(stats.critic.real!)))) +
      Math.log1p(Math.exp(await value(stats.critic.fake!)))
    expect(await value(stats.critic.loss!)).toBeGreaterThan(low)
    expect(await value(stats.critic.cost!)).toBe(await value(stats.critic.loss!))
    // Simultaneous play: both players see the same fakes.
    expect(await value(stats.generator.fake!)).toBe(await value(stats.critic.fake!))
  })

  it('has more fakes in the generator’s turn if asked for, beside the batch so many times', async () => {
    const seen: { [who: string]: number[][] } = {}
    const note = (who: string, real: Tensor, fake: Tensor) => {
      seen[who] = [real.shape, fake.shape]
      return sum(mul(fake, tensor1d(Array.from({ length: fake.size }, (_, i) => i))))
    }
    const loss = {
      critic: (real: Tensor, fake: Tensor) => note('critic', real, fake),
      generator: (fake: Tensor, real: () => Tensor) => note('generator', real(), fake),
    }
    // Says of each row what its label is.
    const told: Network<Tensor, Tensor, { w: Tensor }> = {
      ...critic,
      apply: (p, x, context) => add(mul(0, critic.apply(p, x, context)), context.labels!),
    }
    const step = play({ loss, critic: told, fakes: 2 })
    const { stats } = step.next(step.init(1), [{ ...batch, labels: tensor1d([5, 7, 9], 'int32') }])
    expect(seen).toEqual({ critic: [[3], [3]], generator: [[6], [6]] })
    expect(await value(stats.generator.loss!)).toBe(7 + 2 * 9 + 3 * 5 + 4 * 7 + 5 * 9)
    expect(() => play({ fakes: 0 })).toThrow('gan: fakes must be a whole number >= 1, got 0')
  })

  it('adds regularizers to the cost of the player they are given for', async () => {
    const size = (scene: { critic: (x: Tensor) => Tensor; real: Tensor }) =>
      mul(0.5, mean(square(scene.critic(scene.real)))) as Scalar
    const step = play({ criticTerms: { size } })
    const { stats } = step.next(step.init(1), [batch])
    expect(await value(stats.critic.cost!)).toBeCloseTo(
      (await value(stats.critic.loss!)) + (await value(stats.critic.size!)),
      5,
    )
    expect(Object.keys(stats.generator)).toEqual(['fake', 'loss', 'cost'])
  })

  it('draws latents as a batch of them, where these have a way of their own', async () => {
    const zero = { ...gaussianLatent(3), batch: (_: Key, n: number) => zeros([n, 3]) }
    const { stats } = play({ latent: zero }).next(play().init(1), [batch])
    // A linear generator makes zeros of them, and a linear critic says 0.
    expect(await value(stats.generator.fake!)).toBe(0)
  })

  it('shows conditional networks the labels', () => {
    const seen: string[] = []
    const watching: Network = {
      init: () => ({}),
      apply: (_, x, context) => {
        seen.push(`${context.path}:${context.labels?.dtype}`)
        return x.shape[1] === 3 ? mul(1, tensor2d([1, 2, 3, 4, 5, 6], [3, 2])) : sum(x, 1)
      },
    }
    const step = play({ generator: watching })
    step.next(step.init(0), [{ ...batch, labels: tensor1d([0, 1, 2], 'int32') }])
    expect(seen).toContain('generator:int32')
  })

  it('says when the generator makes rows of another shape than the data', () => {
    const step = play({ generator: linear(3, 4) })
    expect(() => step.next(step.init(0), [batch])).toThrow(
      "the generator makes rows of shape [4] but the data has [2]: set the generator's size and channels to the data's",
    )
  })

  it('is keyed: the same seed gives the same game', async () => {
    const step = play()
    const cost = async (seed: number) => value(step.next(step.init(seed), [batch]).stats.critic.cost!)
    expect(await cost(4)).toBe(await cost(4))
    expect(await cost(4)).not.toBe(await cost(5))
  })
})
