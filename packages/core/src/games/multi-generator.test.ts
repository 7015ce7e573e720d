import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

import { multiGenerator } from '../index.ts'
import {
  average,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  nonSaturating,
  onCpu,
  product,
  surprise,
} from './games.fixture.ts'
import * as three from './points.fixture.ts'

onCpu()

// One more than the others have, so that two generators make two points each.
const z = [...three.z, [0.3]]
const data = [...three.data, [1, -1]]
const parts = {
  generators: { left: linearNetwork(1, 2), right: linearNetwork(1, 2) },
  critic: linearCritic(2),
  latent: fixedLatent(z),
  loss: nonSaturating,
}
const at = { critic: [[0.9], [-0.7]], left: three.generator, right: [[-0.3, 0.4]] }
const classifier = [
  [0.5, -0.2],
  [0.1, 0.7],
]

describe('multiGenerator', () => {
  it('splits the fakes among generators, which a classifier tells apart', () => {
    const weight = 0.7
    const game = multiGenerator({ ...parts, classifier: linearNetwork(2, 2), weight })
    expectPlays(game, { ...at, classifier }, { data: tensor2d(data) }, all => {
      const made = [...product(z.slice(0, 2), all.left!), ...product(z.slice(2), all.right!)]
      const judge = (rows: number[][]) => three.judged(rows, all.critic!)
      const logits = product(made, all.classifier!)
      const unclear = average(logits.map((row, i) => surprise(row, i < 2 ? 0 : 1)))
      const cost = generatorCost(judge(made)) + weight * unclear
      return {
        critic: criticCost(judge(data), judge(made)),
        left: cost,
        right: cost,
        classifier: unclear,
      }
    })
  })

  it('plays without a classifier too', () => {
    expect(Object.keys(multiGenerator(parts))).toEqual(['critic', 'left', 'right'])
  })

  it('says what does not fit', () => {
    const params = three.tensorsOfAll(at)
    expect(() => look(multiGenerator(parts), 'critic', params, { data: tensor2d([[1, 2]]) })).toThrow(
      'multiGenerator: 2 generators make equal shares of a batch, but it has 1 rows; use batches of a multiple of 2',
    )
    expect(() => multiGenerator({ ...parts, generators: {} })).toThrow(
      'multiGenerator: expected generators by name',
    )
    expect(() => multiGenerator({ ...parts, generators: { critic: linearNetwork(1, 2) } })).toThrow(
      'multiGenerator: a generator cannot be named "critic"',
    )
  })
})
