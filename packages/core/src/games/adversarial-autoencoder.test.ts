import { describe, expect, it } from 'vitest'
import { adversarialAutoencoder } from '../index.ts'
import {
  average,
  criticCost,
  expectPlays,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  onCpu,
  product,
} from './games.fixture.ts'
import { batch, data, generator, judged, parts, tensorsOfAll, z } from './points.fixture.ts'

onCpu()

const coding = {
  encoder: linearNetwork(2, 1),
  decoder: parts.generator,
  critic: linearCritic(1),
  latent: parts.latent,
  loss: parts.loss,
}
const at = { critic: [[0.3]], encoder: [[0.5], [-0.2]], decoder: generator }

describe('adversarialAutoencoder', () => {
  it('tells latents from codes, and reconstructs', () => {
    const weight = 0.4
    expectPlays(adversarialAutoencoder({ ...coding, weight }), at, batch(), all => {
      const codes = product(data, all.encoder!)
      const made = product(codes, all.decoder!)
      const errors = data.map((row, i) => row.reduce((total, v, j) => total + (v - made[i]![j]!) ** 2, 0))
      const fake = judged(codes, all.critic!)
      return {
        critic: criticCost(judged(z, all.critic!), fake),
        encoder: generatorCost(fake) + weight * average(errors),
        decoder: weight * average(errors),
      }
    })
  })

  it('refuses a decoder of other rows', () => {
    const game = adversarialAutoencoder({ ...coding, decoder: linearNetwork(1, 3) })
    const params = tensorsOfAll({ ...at, decoder: [[1, 1, 1]] })
    expect(() => look(game, 'decoder', params, batch())).toThrow(
      "adversarialAutoencoder: the decoder makes rows of shape [3] but the data has [2]: set the decoder's shape to the data's",
    )
  })
})
