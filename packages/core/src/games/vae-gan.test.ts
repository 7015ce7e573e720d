import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type Network, vaeGan } from '../index.ts'
import {
  average,
  criticCost,
  expectPlays,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
  onCpu,
  product,
} from './games.fixture.ts'
import { batch, data, drawn, generator, judged, parts, tensorsOfAll, z } from './points.fixture.ts'

onCpu()

/** A linear critic that offers its input and its logits as features. */
const critic: Network = {
  ...linearCritic(2),
  features: (w, x) => [x, linearNetwork(2, 1).apply(w, x, undefined as never)],
}
const coding = { ...parts, critic, encoder: linearNetwork(2, 2) }
const at = {
  critic: [[0.3], [-0.7]],
  generator,
  encoder: [
    [0.5, 0.3],
    [-0.2, -0.4],
  ],
}

describe('vaeGan', () => {
  it.each([0, -1])('has the costs of the paper, with features %s', layer => {
    const weight = 0.4
    expectPlays(vaeGan({ ...coding, weight, layer }), at, batch(), all => {
      const posterior = product(data, all.encoder!)
      const decoded = product(drawn(posterior), all.generator!)
      const judge = (rows: number[][]) => judged(rows, all.critic!)
      const fake = [...judge(product(z, all.generator!)), ...judge(decoded)]
      const features = (rows: number[][]) => (layer === 0 ? rows : product(rows, all.critic!))
      const [of, made] = [features(data), features(decoded)]
      const likelihood = average(
        of.map((row, i) => row.reduce((total, v, j) => total + (v - made[i]![j]!) ** 2 / 2, 0)),
      )
      const divergence = average(posterior.map(([m, l]) => (m! ** 2 + Math.exp(l!) - 1 - l!) / 2))
      return {
        critic: criticCost(judge(data), fake),
        generator: generatorCost(fake) + weight * likelihood,
        encoder: divergence + likelihood,
      }
    })
  })

  it('says what is missing', () => {
    expect(() => vaeGan({ ...coding, critic: linearCritic(2) })).toThrow(
      'vaeGan: compares rows by the features of the critic, but its network has none',
    )
    const params = tensorsOfAll(at)
    const narrow = { ...params, encoder: tensor2d([[1], [1]]) }
    expect(() =>
      look(vaeGan({ ...coding, encoder: linearNetwork(2, 1) }), 'encoder', narrow, batch()),
    ).toThrow('vaeGan: expected the encoder to give means and log-variances [n, 2], got [3,1]')
    expect(() => look(vaeGan({ ...coding, layer: 5 }), 'encoder', params, batch())).toThrow(
      'vaeGan: the critic has no features at layer 5',
    )
  })
})
