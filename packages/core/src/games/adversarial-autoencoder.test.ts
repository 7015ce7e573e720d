import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adversarialAutoencoder, mend } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  nonSaturating,
  product,
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
  encoder: linearNetwork(2, 1),
  decoder: linearNetwork(1, 2),
  critic: linearCritic(1),
  latent: fixedLatent(z),
  loss: nonSaturating,
}
const at = { critic: [[0.3]], encoder: [[0.5], [-0.2]], decoder: [[0.8, -0.6]] }

describe('adversarialAutoencoder', () => {
  it('tells latents from codes, and reconstructs', () => {
    const weight = 0.4
    expectPlays(adversarialAutoencoder({ ...parts, weight }), at, { data: tensor2d(data) }, all => {
      const codes = product(data, all.encoder!)
      const made = product(codes, all.decoder!)
      const errors = data.map((row, i) => row.reduce((total, v, j) => total + (v - made[i]![j]!) ** 2, 0))
      const fake = column(product(codes, all.critic!))
      return {
        critic: criticCost(column(product(z, all.critic!)), fake),
        encoder: generatorCost(fake) + weight * average(errors),
        decoder: weight * average(errors),
      }
    })
  })

  it('refuses a decoder of other rows', () => {
    const game = adversarialAutoencoder({ ...parts, decoder: linearNetwork(1, 3) })
    const params = {
      critic: tensor2d(at.critic),
      encoder: tensor2d(at.encoder),
      decoder: tensor2d([[1, 1, 1]]),
    }
    expect(() => look(game, 'decoder', params, { data: tensor2d(data) })).toThrow(
      "adversarialAutoencoder: the decoder makes rows of shape [3] but the data has [2]: set the decoder's shape to the data's",
    )
  })
})
