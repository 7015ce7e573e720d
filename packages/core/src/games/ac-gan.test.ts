import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { acGan, mend } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  fixedLatent,
  generatorCost,
  linearNetwork,
  look,
  nonSaturating,
  product,
  surprise,
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
const labels = [0, 2, 1]
const parts = {
  generator: linearNetwork(1, 2),
  critic: linearNetwork(2, 4),
  latent: fixedLatent(z),
  loss: nonSaturating,
  classes: 3,
}
const batch = () => ({ data: tensor2d(data), labels: tensor1d(labels, 'int32') })
const at = {
  critic: [
    [0.3, -0.2, 0.5, 1],
    [-0.7, 0.4, 0.1, -0.3],
  ],
  generator: [[0.8, -0.6]],
}

describe('acGan', () => {
  it.each([true, false])(
    'adds the cross-entropy of the class: of real rows and (%s) fakes for the critic, of fakes for the generator',
    classifyFakes => {
      const weight = 0.7
      expectPlays(acGan({ ...parts, weight, classifyFakes }), at, batch(), ({ critic, generator }) => {
        const [real, fake] = [product(data, critic!), product(product(z, generator!), critic!)]
        const wrong = (rows: number[][]) => average(rows.map((row, i) => surprise(row.slice(1), labels[i]!)))
        return {
          critic:
            criticCost(column(real), column(fake)) +
            weight * (wrong(real) + (classifyFakes ? wrong(fake) : 0)),
          generator: generatorCost(column(fake)) + weight * wrong(fake),
        }
      })
    },
  )

  it('says what is missing', () => {
    const player =
      (given: object, rows: object = batch()) =>
      () =>
        look(
          acGan({ ...parts, ...given } as never),
          'critic',
          { critic: tensor2d(at.critic), generator: tensor2d(at.generator) },
          rows as never,
        )
    expect(player({}, { data: tensor2d(data) })).toThrow(
      'acGan: needs labels, int32 [n], and the batch has none; train on labelled data',
    )
    expect(player({ classes: undefined })).toThrow('acGan: expected the number of classes')
    expect(player({ classes: 9 })).toThrow(
      'acGan: expected the critic to give [n, 10], a logit and logits of the classes, got [3,4]: give its network outputs: 10',
    )
    expect(player({ critic: undefined })).toThrow('the critic needs a network { init(key) => params')
    expect(player({ generator: {} })).toThrow('the generator needs a network')
    expect(player({ loss: undefined })).toThrow("the critic's loss must be { critic(real, fake)")
  })
})
