import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mend, semiSupervised } from '../index.ts'
import {
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearNetwork,
  logSumExpOf,
  look,
  nonSaturating,
  product,
  surprise,
} from './games.fixture.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

const z = [[1], [-0.5], [2]]
const data = [
  [1, 2],
  [0, -1],
  [0.5, 0.5],
]
const parts = {
  generator: linearNetwork(1, 2),
  critic: linearNetwork(2, 3),
  latent: fixedLatent(z),
  loss: nonSaturating,
  classes: 3,
}
const at = {
  critic: [
    [0.3, -0.2, 0.5],
    [-0.7, 0.4, 0.1],
  ],
  generator: [[0.8, -0.6]],
}

describe('semiSupervised', () => {
  it('plays the loss on log sum exp of K logits, as K + 1 classes with the last logit at 0 do; labelled rows add theirs', () => {
    const labels = [2, -1, 0]
    const batch = { data: tensor2d(data), labels: tensor1d(labels, 'int32') }
    expectPlays(semiSupervised(parts), at, batch, ({ critic, generator }) => {
      const [real, fake] = [product(data, critic!), product(product(z, generator!), critic!)]
      // -log p(not generated) and -log p(generated) of a softmax over K + 1 classes.
      const seen = (row: number[]) => logSumExpOf([...row, 0]) - logSumExpOf(row)
      const caught = (row: number[]) => logSumExpOf([...row, 0])
      const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length
      expect(criticCost(real.map(logSumExpOf), fake.map(logSumExpOf))).toBeCloseTo(
        mean(real.map(seen)) + mean(fake.map(caught)),
        10,
      )
      const supervised = (surprise(real[0]!, 2) + surprise(real[2]!, 0)) / 2
      return {
        critic: mean(real.map(seen)) + mean(fake.map(caught)) + supervised,
        generator: generatorCost(fake.map(logSumExpOf)),
      }
    })
  })

  it('learns nothing of classes from a batch without labelled rows, and wants labels at all', () => {
    const params = { critic: tensor2d(at.critic), generator: tensor2d(at.generator) }
    const none = { data: tensor2d(data), labels: tensor1d([-1, -1, -1], 'int32') }
    const { stats } = look(semiSupervised(parts), 'critic', params, none)
    expect(stats.classification!.dataSync()[0]).toBe(0)
    expect(() => look(semiSupervised(parts), 'critic', params, { data: tensor2d(data) })).toThrow(
      'semiSupervised: needs labels',
    )
  })
})
