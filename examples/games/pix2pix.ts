// pix2pix: digits of 4x4 pixels, shown as 14x14, and a U-Net that draws what they may have been at that size. Most pixels are rather dark than light for all that
// it can know, so that the L1 distance alone is best served by faint strokes or none: that strokes have edges is what the critic teaches.
import { dcgan, unet } from '@equilibria/architectures'
import { type Key, type Loss, pix2pix, type TranslationBatch } from '@equilibria/core'
import { mnist } from '@equilibria/datasets/node'
import { nonSaturating, r1 } from '@equilibria/losses'
import {
  abs,
  avgPool,
  image,
  mean,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import { context, learn, samplesKey, unheeded } from './learn.ts'

export const steps = 300

async function pairs(split: 'train' | 'test') {
  const digits = await mnist({ split })
  return {
    async at(query: { step: number; n: number; key: Key }): Promise<TranslationBatch> {
      const { data } = await digits.at(query)
      return tidy(() => {
        const target = avgPool(data as Tensor4D, 2, 2, 'valid')
        const coarse = avgPool(data as Tensor4D, 7, 7, 'valid')
        return { data: image.resizeNearestNeighbor(coarse, [14, 14]), target }
      })
    },
  }
}

const number = async (x: Tensor) => (await x.data())[0]!
const distance = (a: Tensor, b: Tensor) => number(mean(abs(sub(a, b))))
/** How much pixels differ from their neighbours to the right. */
const edges = (x: Tensor) =>
  distance(slice(x, [0, 0, 1, 0], [-1, 14, 13, 1]), slice(x, [0, 0, 0, 0], [-1, 14, 13, 1]))

async function trained(loss: Loss, budget: number) {
  const generator = unet.generator({ shape: [14, 14, 1], width: 32 })
  const critic = dcgan.critic({ shape: [14, 14, 2], width: 16 })
  const game = pix2pix({ generator, critic, loss, weight: 5, criticTerms: { r1: r1(0.1) } })
  const players = await learn(game, await pairs('train'), { steps: budget, batch: 32 })
  const { data, target } = await (await pairs('test')).at({ step: 0, n: 200, key: samplesKey })
  const made = generator.apply(players.generator, data, context())
  return {
    distance: await distance(made, target),
    untouched: await distance(data, target),
    // Beside those of the digits themselves.
    edges: (await edges(made)) / (await edges(target)),
  }
}

export async function run(budget = steps) {
  const { edges: alone } = await trained(unheeded(nonSaturating()), budget)
  return { ...(await trained(nonSaturating(), budget)), alone }
}
