import { describe, expect, it } from 'vitest'
import { bigan } from '../index.ts'
import {
  average,
  beside,
  criticCost,
  expectPlays,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  nonSaturating,
  onCpu,
  product,
  type Rows,
  softplusOf,
} from './games.fixture.ts'
import { batch, data, drawn, generator, judged, parts, tensorsOfAll, z } from './points.fixture.ts'

onCpu()

const pairing = { ...parts, critic: linearCritic(3) }
const critic = [[0.3], [-0.7], [0.9]]

const costs = (judge: Rows, made: Rows, codes: Rows) => {
  const real = judged(beside(data, codes), judge)
  const fake = judged(beside(made, z), judge)
  return {
    critic: criticCost(real, fake),
    generator: generatorCost(fake),
    // The encoder wants its pairs taken for generated ones: -E log(1 - D(x, E(x))).
    encoder: average(real.map(softplusOf)),
  }
}

describe('bigan', () => {
  it('judges pairs of rows and codes; generator and encoder each want theirs taken for the other', () => {
    const game = bigan({ ...pairing, encoder: linearNetwork(2, 1) })
    expectPlays(game, { critic, generator, encoder: [[0.5], [-0.2]] }, batch(), all =>
      costs(all.critic!, product(z, all.generator!), product(data, all.encoder!)),
    )
  })

  it('draws codes from the means and log-variances of an encoder of twice the width (ALI)', () => {
    const game = bigan({ ...pairing, encoder: linearNetwork(2, 2) })
    const encoder = [
      [0.5, 0.3],
      [-0.2, -0.4],
    ]
    expectPlays(game, { critic, generator, encoder }, batch(), all => {
      return costs(all.critic!, product(z, all.generator!), drawn(product(data, all.encoder!)))
    })
  })

  it('refuses codes of another size, and losses of energies', () => {
    const game = bigan({ ...pairing, encoder: linearNetwork(2, 3) })
    const encoder = [
      [1, 2, 3],
      [1, 2, 3],
    ]
    const at = tensorsOfAll({ critic, generator, encoder })
    expect(() => look(game, 'encoder', at, batch())).toThrow(
      'bigan: expected the encoder to give [n, 1], codes like the latents, or [n, 2], their means and log-variances, got [3,3]',
    )
    const energies = { ...nonSaturating, outputs: 'energies' as const }
    expect(() => bigan({ ...pairing, encoder: linearNetwork(2, 1), loss: energies })).toThrow(
      "bigan: the encoder's cost needs a loss of logits, got one of energies",
    )
  })

  it('refuses losses in which data and fakes may not change places', () => {
    const lopsided = { ...nonSaturating, symmetric: false }
    expect(() => bigan({ ...pairing, encoder: linearNetwork(2, 1), loss: lopsided })).toThrow(
      /^the encoder makes what is real, .* only if the loss is symmetric, .* use nonSaturating\(\)/,
    )
  })
})
