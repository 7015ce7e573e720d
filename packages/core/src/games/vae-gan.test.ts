import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fold, key, mend, type Network, normals, vaeGan } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearCritic,
  linearNetwork,
  look,
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
const batch = () => ({ data: tensor2d(data) })
/** A linear critic that offers its input and its logits as features. */
const critic: Network = {
  ...linearCritic(2),
  features: (w, x) => [x, linearNetwork(2, 1).apply(w, x, undefined as never)],
}
const parts = {
  generator: linearNetwork(1, 2),
  critic,
  encoder: linearNetwork(2, 2),
  latent: fixedLatent(z),
  loss: nonSaturating,
}
const at = {
  critic: [[0.3], [-0.7]],
  generator: [[0.8, -0.6]],
  encoder: [
    [0.5, 0.3],
    [-0.2, -0.4],
  ],
}
const noise = normals(fold(key(1), 'code'), 3)

describe('vaeGan', () => {
  it.each([0, -1])('has the costs of the paper, with features %s', layer => {
    const weight = 0.4
    expectPlays(vaeGan({ ...parts, weight, layer }), at, batch(), all => {
      const posterior = product(data, all.encoder!)
      const codes = posterior.map(([mean, logVariance], i) => [
        mean! + Math.exp(logVariance! / 2) * noise[i]!,
      ])
      const decoded = product(codes, all.generator!)
      const judge = (rows: number[][]) => column(product(rows, all.critic!))
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
    expect(() => vaeGan({ ...parts, critic: linearCritic(2) })).toThrow(
      'vaeGan: compares rows by the features of the critic, but its network has none',
    )
    const params = {
      critic: tensor2d(at.critic),
      generator: tensor2d(at.generator),
      encoder: tensor2d([[1], [1]]),
    }
    expect(() =>
      look(vaeGan({ ...parts, encoder: linearNetwork(2, 1) }), 'encoder', params, batch()),
    ).toThrow('vaeGan: expected the encoder to give means and log-variances [n, 2], got [3,1]')
    expect(() =>
      look(vaeGan({ ...parts, layer: 5 }), 'encoder', { ...params, encoder: tensor2d(at.encoder) }, batch()),
    ).toThrow('vaeGan: the critic has no features at layer 5')
  })
})
