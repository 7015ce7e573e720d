import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { pix2pix } from '../index.ts'
import {
  beside,
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
} from './games.fixture.ts'
import { batch, data, judged, tensorsOfAll } from './points.fixture.ts'

onCpu()

const target = [[1], [-2], [0.4]]
const paired = () => ({ ...batch(), target: tensor2d(target) })
const parts = { generator: linearNetwork(2, 1), critic: linearCritic(3), loss: nonSaturating }
const at = { critic: [[0.3], [-0.7], [0.2]], generator: [[0.8], [-0.6]] }

describe('pix2pix', () => {
  it('judges translations beside what they translate, and keeps them near the target', () => {
    expectPlays(pix2pix({ ...parts, weight: 3 }), at, paired(), all => {
      const made = product(data, all.generator!)
      const judge = (rows: number[][]) => judged(beside(data, rows), all.critic!)
      return {
        critic: criticCost(judge(target), judge(made)),
        generator: generatorCost(judge(made)) + 3 * meanOf(target, made, (x, y) => Math.abs(x - y)),
      }
    })
  })

  it('wants a target, of the rows that the generator makes', () => {
    const params = tensorsOfAll(at)
    expect(() => look(pix2pix(parts), 'critic', params, batch() as never)).toThrow(
      'pix2pix: needs batches { data, target }, rows and what they are translated to; got no target',
    )
    expect(() => look(pix2pix(parts), 'critic', params, { ...batch(), target: tensor2d(data) })).toThrow(
      'pix2pix: the generator makes rows of shape [1] but the target has [2]',
    )
  })
})
