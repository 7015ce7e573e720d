import { countParameters, gaussianLatent, key, leaves, sampling, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { ones, setBackend, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, training, values } from '../testing.fixture.ts'
import { goodfellow2014 } from './goodfellow2014.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('goodfellow2014', () => {
  it('has the published numbers of parameters', () => {
    scoped(() => {
      expect(countParameters(goodfellow2014.generator().init(key(0)))).toBe(2_503_984)
      expect(countParameters(goodfellow2014.critic().init(key(0)))).toBe(1_231_441)
    })
  })

  it('starts its weights uniform on ±.05 and ±.005, its biases at zero', () => {
    const reach = (network: typeof goodfellow2014.generator | typeof goodfellow2014.critic) =>
      leaves(network({ shape: [4, 4, 1] }).init(key(1))).map(t => {
        let most = 0
        for (const x of values(t)) most = Math.max(most, Math.abs(x))
        return Number(most.toFixed(4))
      })
    expect(reach(goodfellow2014.generator)).toEqual([0.05, 0, 0.05, 0, 0.05, 0])
    expect(reach(goodfellow2014.critic)).toEqual(
      [0.005, 0, 0.005, 0, 0.005, 0].map(v => expect.closeTo(v, 4)),
    )
  })

  it('starts at the means it is given, in the data’s range', () => {
    const means = [-0.5, 0, 0.8, -1]
    const network = goodfellow2014.generator({ shape: [4], means })
    // At latent zero the hidden layers are zero and only the output's bias is left.
    const y = network.apply(network.init(key(2)), zeros([1, 100]), sampling())
    expectClose(y, [-0.5, 0, 0.8, -1])
    // A number that is always at its lowest starts at log odds of a ten-millionth.
    const bias = leaves(network.init(key(2))).find(leaf => leaf.shape[0] === 4 && leaf.rank === 1)!
    expect(values(bias)[3]).toBeCloseTo(Math.log(1e-7), 3)
    const unit = goodfellow2014.generator({ shape: [2], range: [0, 1], means: [0.2, 0.9] })
    expectClose(unit.apply(unit.init(key(2)), zeros([1, 100]), sampling()), [0.2, 0.9])
    expect(() => goodfellow2014.generator({ shape: [4], means: [0] }).init(key(0))).toThrow(
      'expected 4 means',
    )
  })

  it('shows its critic data in [0, 1]', () => {
    const make = (range: readonly [number, number]) =>
      goodfellow2014.critic({ shape: [3], hidden: [4], range })
    const params = make([0, 1]).init(key(3))
    const signed = make([-1, 1]).apply(params, ones([1, 3]), sampling())
    expectClose(signed, values(make([0, 1]).apply(params, ones([1, 3]), sampling())))
  })

  it('drops inputs and units in training alone', () => {
    const network = goodfellow2014.critic({ shape: [20], range: [0, 1] })
    const params = network.init(key(4))
    const apply = (seed: number) => values(network.apply(params, ones([1, 20]), training({ key: key(seed) })))
    expect(apply(1)).not.toEqual(apply(2))
    const kept = goodfellow2014.critic({ shape: [20], range: [0, 1], keepInput: 1, keepHidden: 1 })
    const whole = values(kept.apply(params, ones([1, 20]), training()))
    expectClose(network.apply(params, ones([1, 20]), sampling()), whole)
  })

  it('says which latents and rows it takes', () => {
    const g = goodfellow2014.generator({ shape: [4] })
    expect(() => g.apply(g.init(key(0)), gaussianLatent(64).draw(key(0), 2), sampling())).toThrow(
      "goodfellow2014.generator: expected input [n, 100], got [2,64]; set the generator's dimensions to 64 or draw latents of 100",
    )
  })
})
