import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { mend, multiCritic } from '../index.ts'
import {
  column,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearCritic,
  linearNetwork,
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
  generator: linearNetwork(1, 2),
  critics: { strict: linearCritic(2), mild: linearCritic(2) },
  latent: fixedLatent(z),
  loss: nonSaturating,
}
const at = { strict: [[0.9], [-2]], mild: [[0.3], [0.1]], generator: [[0.8, -0.6]] }

describe('multiCritic', () => {
  it.each([0, 1.5])("weighs the generator's costs by how hard critics are on it, hardness %s", hardness => {
    expectPlays(multiCritic({ ...parts, hardness }), at, { data: tensor2d(data) }, all => {
      const made = product(z, all.generator!)
      const judge = (who: string, rows: number[][]) => column(product(rows, all[who]!))
      const costs = ['strict', 'mild'].map(who => generatorCost(judge(who, made)))
      const powers = costs.map(c => Math.exp(hardness * c))
      const total = powers.reduce((a, b) => a + b, 0)
      return {
        strict: criticCost(judge('strict', data), judge('strict', made)),
        mild: criticCost(judge('mild', data), judge('mild', made)),
        generator: costs.reduce((sum, c, i) => sum + (c * powers[i]!) / total, 0),
      }
    })
  })

  it.each([
    [{ critics: {} }, 'multiCritic: expected critics by name, { first: network, ... }, got none'],
    [{ critics: { generator: linearCritic(2) } }, 'multiCritic: a critic cannot be named "generator"'],
    [{ critics: { a: undefined } }, 'the a needs a network'],
    [{ hardness: -1 }, 'multiCritic: hardness must be a number >= 0, got -1'],
  ])('refuses %j', (given, message) => {
    expect(() => multiCritic({ ...parts, ...given } as never)).toThrow(message)
  })
})
