import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { contraGan, mend } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
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
const labels = [0, 1, 0]
const parts = {
  generator: linearNetwork(1, 2),
  critic: linearNetwork(2, 5),
  latent: fixedLatent(z),
  loss: nonSaturating,
  dimensions: 2,
}
const at = {
  critic: [
    [0.3, -0.2, 0.5, 0.4, 0.1],
    [-0.7, 0.4, 0.1, -0.3, 0.6],
  ],
  generator: [[0.8, -0.6]],
}
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)

describe('contraGan', () => {
  it('adds the contrast of rows with their class and with the other rows, row by row as in the paper', () => {
    const [weight, temperature] = [0.7, 0.5]
    const game = contraGan({ ...parts, weight, temperature })
    const batch = { data: tensor2d(data), labels: tensor1d(labels, 'int32') }
    expectPlays(game, at, batch, ({ critic, generator }) => {
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
    expect(() => contraGan({ ...parts, ...given })).toThrow(message)
  })
})
