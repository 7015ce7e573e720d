import { describe, expect, it } from 'vitest'

import { multiCritic } from '../index.ts'
import { criticCost, expectPlays, generatorCost, linearCritic, onCpu, product } from './games.fixture.ts'
import { batch, data, generator, judged, parts, z } from './points.fixture.ts'

onCpu()

const several = { ...parts, critics: { strict: linearCritic(2), mild: linearCritic(2) } }
const at = { strict: [[0.9], [-2]], mild: [[0.3], [0.1]], generator }

describe('multiCritic', () => {
  it.each([0, 1.5])("weighs the generator's costs by how hard critics are on it, hardness %s", hardness => {
    expectPlays(multiCritic({ ...several, hardness }), at, batch(), all => {
      const made = product(z, all.generator!)
      const judge = (who: string, rows: number[][]) => judged(rows, all[who]!)
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
    expect(() => multiCritic({ ...several, ...given } as never)).toThrow(message)
  })
})
