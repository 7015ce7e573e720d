import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { bigan, fold, key, mend, normals } from '../index.ts'
import {
  average,
  beside,
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
  type Rows,
  softplusOf,
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
const batch = () => ({ data: tensor2d(data) })
const parts = {
  generator: linearNetwork(1, 2),
  critic: linearCritic(3),
  latent: fixedLatent(z),
  loss: nonSaturating,
}
const critic = [[0.3], [-0.7], [0.9]]
const generator = [[0.8, -0.6]]

const costs = (judge: Rows, made: Rows, codes: Rows) => {
  const real = column(product(beside(data, codes), judge))
  const fake = column(product(beside(made, z), judge))
  return {
    critic: criticCost(real, fake),
    generator: generatorCost(fake),
    // The encoder wants its pairs taken for generated ones: -E log(1 - D(x, E(x))).
    encoder: average(real.map(softplusOf)),
  }
}

describe('bigan', () => {
  it('judges pairs of rows and codes; generator and encoder each want theirs taken for the other', () => {
    const game = bigan({ ...parts, encoder: linearNetwork(2, 1) })
    expectPlays(game, { critic, generator, encoder: [[0.5], [-0.2]] }, batch(), all =>
      costs(all.critic!, product(z, all.generator!), product(data, all.encoder!)),
    )
  })

  it('draws codes from the means and log-variances of an encoder of twice the width (ALI)', () => {
    const game = bigan({ ...parts, encoder: linearNetwork(2, 2) })
    const noise = normals(fold(key(1), 'code'), 3)
    const encoder = [
      [0.5, 0.3],
      [-0.2, -0.4],
    ]
    expectPlays(game, { critic, generator, encoder }, batch(), all => {
      const codes = product(data, all.encoder!).map(([mean, logVariance], i) => [
        mean! + Math.exp(logVariance! / 2) * noise[i]!,
      ])
      return costs(all.critic!, product(z, all.generator!), codes)
    })
  })

  it('refuses codes of another size, and losses of energies', () => {
    const game = bigan({ ...parts, encoder: linearNetwork(2, 3) })
    const at = {
      critic: tensor2d(critic),
      generator: tensor2d(generator),
      encoder: tensor2d([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    }
    expect(() => look(game, 'encoder', at, batch())).toThrow(
      'bigan: expected the encoder to give [n, 1], codes like the latents, or [n, 2], their means and log-variances, got [3,3]',
    )
    const energies = { ...nonSaturating, outputs: 'energies' as const }
    expect(() => bigan({ ...parts, encoder: linearNetwork(2, 1), loss: energies })).toThrow(
      "bigan: the encoder's cost needs a loss of logits, got one of energies",
    )
  })
})
