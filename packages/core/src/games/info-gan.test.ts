import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { codedLatent, gaussianLatent, infoGan, key } from '../index.ts'
import {
  average,
  beside,
  column,
  criticCost,
  expectPlays,
  generatorCost,
  linearCritic,
  linearNetwork,
  nonSaturating,
  onCpu,
  product,
  surprise,
  values,
} from './games.fixture.ts'
import { batch, data, judged } from './points.fixture.ts'

onCpu()

// One number of noise, a category of two, one continuous code.
const z = [
  [0.3, 1, 0, 0.5],
  [-1, 0, 1, -0.9],
  [0.7, 0, 1, 0.1],
]
const code = { categories: [2], continuous: 1 }
const latent = { dimensions: 4, code, draw: () => tensor2d(z) }
const generator = [
  [0.8, -0.6],
  [0.1, 0.4],
  [-0.5, 0.9],
  [0.3, 0.2],
]
const q = [
  [0.4, -0.1, 0.6, 0.2],
  [-0.3, 0.5, -0.2, 0.1],
]

/** L_I of Q's outputs: log K - cross-entropy of the category, log 2 + log N(c; mean, deviation^2) of the continuous code. */
const information = (outputs: number[][]) =>
  average(
    outputs.map((row, i) => {
      const [mean, logDeviation] = [row[2]!, row[3]!]
      const error = (z[i]![3]! - mean) / Math.exp(logDeviation)
      const density = -logDeviation - error ** 2 / 2 - Math.log(2 * Math.PI) / 2
      return Math.log(2) - surprise(row.slice(0, 2), z[i]![2]!) + Math.log(2) + density
    }),
  )

describe('infoGan', () => {
  const weight = 0.6
  const parts = { generator: linearNetwork(4, 2), latent, loss: nonSaturating, weight }

  it('has a recognizer that cooperates with the generator', () => {
    const game = infoGan({ ...parts, critic: linearCritic(2), recognizer: linearNetwork(2, 4) })
    const at = { critic: [[0.3], [-0.7]], generator, recognizer: q }
    expectPlays(game, at, batch(), all => {
      const made = product(z, all.generator!)
      const fake = judged(made, all.critic!)
      const found = information(product(made, all.recognizer!))
      return {
        critic: criticCost(judged(data, all.critic!), fake),
        generator: generatorCost(fake) - weight * found,
        recognizer: -weight * found,
      }
    })
  })

  it('or a head of the critic, whose cost then has the information too', () => {
    const game = infoGan({ ...parts, critic: linearNetwork(2, 5) })
    const at = { critic: beside([[0.3], [-0.7]], q), generator }
    expectPlays(game, at, batch(), all => {
      const fake = product(product(z, all.generator!), all.critic!)
      const found = information(fake.map(row => row.slice(1)))
      return {
        critic: criticCost(judged(data, all.critic!), column(fake)) - weight * found,
        generator: generatorCost(column(fake)) - weight * found,
      }
    })
  })

  it('wants a code', () => {
    expect(() => infoGan({ ...parts, critic: linearCritic(2), latent: gaussianLatent(2) } as never)).toThrow(
      'infoGan: needs latents with a code, codedLatent({ noise, categories, continuous })',
    )
  })
})

describe('codedLatent', () => {
  const coded = codedLatent({ noise: gaussianLatent(2), categories: [3, 2], continuous: 1 })

  it('draws noise, one-hot columns and numbers in (-1, 1); row i depends on the key and i alone', () => {
    expect(coded.dimensions).toBe(8)
    const rows = values(coded.draw(key(1), 200))
    const row = (i: number) => rows.slice(8 * i, 8 * i + 8)
    const counts = [0, 0, 0]
    for (let i = 0; i < 200; i++) {
      const [, , a, b, c, d, e, u] = row(i) as [number, number, ...number[]]
      expect([a! + b! + c!, d! + e!]).toEqual([1, 1])
      expect(Math.abs(u!)).toBeLessThan(1)
      counts[[a, b, c].indexOf(1)]!++
    }
    for (const count of counts) expect(count).toBeGreaterThan(40)
    expect(values(coded.draw(key(1), 3, 100))).toEqual(rows.slice(800, 824))
  })

  it.each([
    [{}, 'codedLatent: expected a code, such as categories: [10] or continuous: 2, got none'],
    [{ categories: [1] }, 'codedLatent: expected sizes of categorical codes, whole numbers >= 2, got [1]'],
    [{ continuous: -1 }, 'codedLatent: expected a whole number >= 0 of continuous codes, got -1'],
  ])('refuses %j', (options, message) => {
    expect(() => codedLatent({ noise: gaussianLatent(1), ...options })).toThrow(message)
  })
})
