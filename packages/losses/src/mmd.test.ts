import '@tensorflow/tfjs-backend-cpu'
import {
  gan,
  gaussianLatent,
  gradients,
  key,
  makeStep,
  type Network,
  normal,
  sgd,
  simultaneous,
} from '@equilibria/core'
import {
  add,
  clone,
  matMul,
  memory,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { cramer } from './cramer.ts'
import { energyDistance } from './energy-distance.ts'
import { mmd } from './mmd.ts'
import { gradientPenalty } from './regularizers/gradient-penalty.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: Tensor) => [...(await t.data())]
const between = async (loss: ReturnType<typeof mmd>, x: Tensor, y: Tensor) =>
  (await read(loss.generator(y, () => x)))[0]!

describe('mmd', () => {
  it('of Gaussians with a Gaussian kernel is what integration gives', async () => {
    // N(0, 1) against N(m, 1), kernel of width s: E k = s / sqrt(s^2 + 2) exp(-d^2 / (2 (s^2 + 2))).
    const [m, s] = [1.5, 1]
    const at = (d: number) => (s / Math.sqrt(s * s + 2)) * Math.exp((-d * d) / (2 * (s * s + 2)))
    const exact = 2 * at(0) - 2 * at(m)
    const [x, y] = [normal(key(1), [600, 1]), add(m, normal(key(2), [600, 1]))]
    const got = await between(mmd({ kernel: 'gaussian', scales: [s] }), x, y)
    expect(Math.abs(got - exact)).toBeLessThan(0.05)
  })

  it('without bias is 0 on average for equal distributions, with bias it is not', async () => {
    const means = { unbiased: 0, biased: 0 }
    for (let i = 0; i < 40; i++) {
      const [x, y] = [normal(key(100 + i), [8, 2]), normal(key(200 + i), [8, 2])]
      means.unbiased += (await between(mmd(), x, y)) / 40
      means.biased += (await between(mmd({ unbiased: false }), x, y)) / 40
    }
    expect(Math.abs(means.unbiased)).toBeLessThan(0.06)
    expect(means.biased).toBeGreaterThan(0.4)
  })

  it('does not see a rotation or a shift of the space', async () => {
    const [x, y] = [normal(key(3), [5, 2]), normal(key(4), [5, 2])]
    const turned = (t: Tensor) =>
      add(
        5,
        matMul(
          t as never,
          tensor2d([
            [0.6, -0.8],
            [0.8, 0.6],
          ]),
        ),
      )
    expect(await between(mmd(), turned(x), turned(y))).toBeCloseTo(await between(mmd(), x, y), 5)
  })

  it('moves fakes up its witness', async () => {
    const [x, y] = [normal(key(5), [6, 3]), add(1, normal(key(6), [6, 3]))]
    const loss = mmd({ kernel: 'gaussian', unbiased: false })
    const v = clone(y)
    const up = gradients(() => sum(loss.witness!(v, x, y)) as Scalar, [v]).grads[0]!
    const down = gradients(() => loss.generator(y, () => x), [y]).grads[0]!
    const [ups, downs] = [await read(up), await read(down)]
    for (const [i, slope] of ups.entries()) expect(downs[i]).toBeCloseTo((-2 / 6) * slope, 6)
  })

  it('has finite gradients where all rows are one', async () => {
    for (const loss of [mmd(), energyDistance()]) {
      const [x, y] = [zeros([4, 3]), zeros([4, 3])]
      const { grads } = gradients(() => loss.critic(x, y), [x, y])
      for (const g of grads) expect((await read(g)).every(Number.isFinite)).toBe(true)
    }
  })

  it('leaves no tensor behind', () => {
    const [x, y] = [normal(key(5), [6, 3]), normal(key(6), [6, 3])]
    tidy(() => mmd().critic(x, y)).dispose()
    const before = memory().numTensors
    tidy(() => mmd().critic(x, y)).dispose()
    expect(memory().numTensors).toBe(before)
  })

  it.each([
    [{ kernel: 'cosine' }, /^mmd: kernel must be one of rationalQuadratic, gaussian, got "cosine"/],
    [{ scales: [] }, /^mmd: scales must be a list of positive numbers like \[0\.2,0\.5,1,2,5\], got \[\]/],
    [{ kernel: 'gaussian', scales: [1, 0] }, /like \[1,2,4,8,16\], got \[1,0\]/],
  ])('refuses %j', (options, message) => {
    expect(() => mmd(options as never)).toThrow(message)
  })

  it('refuses outputs that are no vectors, and a single row', () => {
    const image = zeros([2, 2, 2])
    expect(() => mmd().critic(image, image)).toThrow('mmd: compares vectors [n, d] or numbers [n]')
    expect(() => mmd().critic(zeros([1, 2]), zeros([1, 2]))).toThrow(
      'mmd: compares rows of a batch with each other, but the critic gave 1',
    )
    expect(() => mmd({ unbiased: false }).critic(zeros([1, 2]), zeros([1, 2]))).not.toThrow()
  })
})

describe('a game of vectors', () => {
  const features: Network = {
    init: k => normal(k, [2, 3]),
    apply: (w, x) => matMul(x as never, w as never),
  }
  const generator: Network = { ...features, init: k => normal(k, [4, 2], 0, 0.1) }
  const play = (loss = mmd()) =>
    makeStep({
      game: gan({
        generator,
        critic: features,
        latent: gaussianLatent(4),
        loss,
        criticTerms: { gp: gradientPenalty({ weight: 0.1 }) },
      }),
      dynamics: simultaneous(),
      optimizer: sgd(0.05),
    })

  it.each([
    ['mmd', mmd()],
    ['energyDistance', energyDistance()],
    ['cramer', cramer()],
  ])('%s shows its witness to penalties, and draws fakes to the data', async (_, loss) => {
    const step = play(loss)
    let state = step.init(2)
    const data = () => normal(key(9), [16, 2], 2, 0.3)
    const first = step.next(state, [{ data: data() }])
    expect((await read(first.stats.critic.gp!))[0]).toBeGreaterThan(0)
    const distance = async () => {
      const w = state.params.generator as Tensor
      return (
        await read(loss.generator(matMul(gaussianLatent(4).draw(key(1), 16) as never, w as never), data))
      )[0]!
    }
    const before = await distance()
    for (let i = 0; i < 40; i++) state = step.next(state, [{ data: data() }])
    expect(await distance()).toBeLessThan(before)
  })
})
