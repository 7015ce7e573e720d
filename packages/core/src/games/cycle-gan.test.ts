import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { cycleGan } from '../index.ts'
import {
  criticCost,
  expectPlays,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  meanOf,
  nonSaturating,
  onCpu,
  product,
  type Rows,
} from './games.fixture.ts'
import { judged, data as points, tensorsOfAll } from './points.fixture.ts'

onCpu()

// The third row is another, off the kink of an absolute value.
const data = [...points.slice(0, 2), [0.5, 0.6]]
const target = [
  [1, 0],
  [-2, 1],
  [0.4, 3],
]
const unpaired = () => ({ data: tensor2d(data), target: tensor2d(target) })
const parts = {
  dataCritic: linearCritic(2),
  targetCritic: linearCritic(2),
  forward: linearNetwork(2, 2),
  backward: linearNetwork(2, 2),
  loss: nonSaturating,
}
const at = {
  dataCritic: [[0.3], [-0.7]],
  targetCritic: [[-0.4], [0.5]],
  forward: [
    [0.8, -0.6],
    [0.2, 1.1],
  ],
  backward: [
    [0.9, 0.3],
    [-0.5, 0.7],
  ],
}
const distance = (a: Rows, b: Rows) => meanOf(a, b, (x, y) => Math.abs(x - y))

describe('cycleGan', () => {
  it.each([0, 0.5])('four players have the costs of the paper, identity %s', identity => {
    const weight = 3
    expectPlays(cycleGan({ ...parts, weight, identity }), at, unpaired(), all => {
      const [G, F] = [all.forward!, all.backward!]
      const judge = (who: string, rows: Rows) => judged(rows, all[who]!)
      const [there, here] = [product(data, G), product(target, F)]
      const cycle = distance(product(there, F), data) + distance(product(here, G), target)
      return {
        dataCritic: criticCost(judge('dataCritic', data), judge('dataCritic', here)),
        targetCritic: criticCost(judge('targetCritic', target), judge('targetCritic', there)),
        forward:
          generatorCost(judge('targetCritic', there)) +
          weight * cycle +
          identity * weight * distance(product(target, G), target),
        backward:
          generatorCost(judge('dataCritic', here)) +
          weight * cycle +
          identity * weight * distance(product(data, F), data),
      }
    })
  })

  it('names the player that has no network, and the translator that makes other rows', () => {
    expect(() => cycleGan({ ...parts, backward: undefined } as never)).toThrow(
      'the backward needs a network { init(key) => params, apply(params, x, context) => y }, got none',
    )
    const game = cycleGan({ ...parts, forward: linearNetwork(2, 1) })
    const params = tensorsOfAll({ ...at, forward: [[1], [1]] })
    expect(() => look(game, 'targetCritic', params, unpaired())).toThrow(
      'cycleGan: forward makes rows of shape [1] but those it imitates have [2]: set its shape to theirs',
    )
  })
})
