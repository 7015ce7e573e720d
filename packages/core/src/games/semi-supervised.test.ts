import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { semiSupervised } from '../index.ts'
import {
  average,
  criticCost,
  expectPlays,
  generatorCost,
  linearNetwork,
  logSumExpOf,
  look,
  onCpu,
  product,
  surprise,
} from './games.fixture.ts'
import { batch, data, generator, parts, tensorsOfAll, z } from './points.fixture.ts'

onCpu()

const classifying = { ...parts, critic: linearNetwork(2, 3), classes: 3 }
const at = {
  critic: [
    [0.3, -0.2, 0.5],
    [-0.7, 0.4, 0.1],
  ],
  generator,
}

describe('semiSupervised', () => {
  it('plays the loss on log sum exp of K logits, as K + 1 classes with the last logit at 0 do; labelled rows add theirs', () => {
    const labels = [2, -1, 0]
    const labelled = { ...batch(), labels: tensor1d(labels, 'int32') }
    expectPlays(semiSupervised(classifying), at, labelled, ({ critic, generator }) => {
      const [real, fake] = [product(data, critic!), product(product(z, generator!), critic!)]
      // -log p(not generated) and -log p(generated) of a softmax over K + 1 classes.
      const seen = (row: number[]) => logSumExpOf([...row, 0]) - logSumExpOf(row)
      const caught = (row: number[]) => logSumExpOf([...row, 0])
      expect(criticCost(real.map(logSumExpOf), fake.map(logSumExpOf))).toBeCloseTo(
        average(real.map(seen)) + average(fake.map(caught)),
        10,
      )
      const supervised = (surprise(real[0]!, 2) + surprise(real[2]!, 0)) / 2
      return {
        critic: average(real.map(seen)) + average(fake.map(caught)) + supervised,
        generator: generatorCost(fake.map(logSumExpOf)),
      }
    })
  })

  it('learns nothing of classes from a batch without labelled rows, and wants labels at all', () => {
    const params = tensorsOfAll(at)
    const none = { ...batch(), labels: tensor1d([-1, -1, -1], 'int32') }
    const { stats } = look(semiSupervised(classifying), 'critic', params, none)
    expect(stats.classification!.dataSync()[0]).toBe(0)
    expect(() => look(semiSupervised(classifying), 'critic', params, batch())).toThrow(
      'semiSupervised: needs labels',
    )
  })
})
