import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { acGan } from '../index.ts'
import {
  average,
  column,
  criticCost,
  expectPlays,
  generatorCost,
  linearNetwork,
  look,
  onCpu,
  product,
  surprise,
} from './games.fixture.ts'
import { batch, data, generator, parts, tensorsOfAll, z } from './points.fixture.ts'

onCpu()

const labels = [0, 2, 1]
const acParts = { ...parts, critic: linearNetwork(2, 4), classes: 3 }
const labelled = () => ({ ...batch(), labels: tensor1d(labels, 'int32') })
const at = {
  critic: [
    [0.3, -0.2, 0.5, 1],
    [-0.7, 0.4, 0.1, -0.3],
  ],
  generator,
}

describe('acGan', () => {
  it.each([true, false])(
    'adds the cross-entropy of the class: of real rows and (%s) fakes for the critic, of fakes for the generator',
    classifyFakes => {
      const weight = 0.7
      expectPlays(acGan({ ...acParts, weight, classifyFakes }), at, labelled(), ({ critic, generator }) => {
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
      (given: object, rows: object = labelled()) =>
      () =>
        look(acGan({ ...acParts, ...given } as never), 'critic', tensorsOfAll(at), rows as never)
    expect(player({}, batch())).toThrow(
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
