import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

import { contraGan } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  generatorCost,
  linearNetwork,
  onCpu,
  product,
} from './games.fixture.ts'
import { batch, data, generator, parts, z } from './points.fixture.ts'

onCpu()

const labels = [0, 1, 0]
const contrasting = { ...parts, critic: linearNetwork(2, 5), dimensions: 2 }
const at = {
  critic: [
    [0.3, -0.2, 0.5, 0.4, 0.1],
    [-0.7, 0.4, 0.1, -0.3, 0.6],
  ],
  generator,
}
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)

describe('contraGan', () => {
  it('adds the contrast of rows with their class and with the other rows, row by row as in the paper', () => {
    const [weight, temperature] = [0.7, 0.5]
    const game = contraGan({ ...contrasting, weight, temperature })
    const labelled = { ...batch(), labels: tensor1d(labels, 'int32') }
    expectPlays(game, at, labelled, ({ critic, generator }) => {
      const [real, fake] = [product(data, critic!), product(product(z, generator!), critic!)]
      const contrast = (outputs: number[][]) => {
        const rows = outputs.map(o => o.slice(1, 3))
        return average(
          rows.map((row, i) => {
            const own = Math.exp(dot(row, outputs[i]!.slice(3)) / temperature)
            let [same, all] = [own, own]
            for (const [k, other] of rows.entries()) {
              if (k === i) continue
              const similar = Math.exp(dot(row, other) / temperature)
              all += similar
              if (labels[k] === labels[i]) same += similar
            }
            return -Math.log(same / all)
          }),
        )
      }
      return {
        critic: criticCost(column(real), column(fake)) + weight * contrast(real),
        generator: generatorCost(column(fake)) + weight * contrast(fake),
      }
    })
  })

  it.each([
    [{ temperature: 0 }, 'contraGan: temperature must be a number > 0, got 0'],
    [{ dimensions: 1.5 }, 'contraGan: dimensions must be a whole number >= 1, got 1.5'],
  ])('refuses %j', (given, message) => {
    expect(() => contraGan({ ...contrasting, ...given })).toThrow(message)
  })
})
