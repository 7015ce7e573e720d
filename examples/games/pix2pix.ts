// pix2pix: digits of 7x7 pixels, shown as 14x14, and a U-Net that draws what they were at that size.
import { dcgan, unet } from '@equilibria/architectures'
import { type Key, pix2pix, type TranslationBatch } from '@equilibria/core'
import { mnist } from '@equilibria/datasets/node'
import { nonSaturating } from '@equilibria/losses'
import { abs, avgPool, image, mean, sub, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { context, learn, samplesKey } from './learn.ts'

export const steps = 300

export async function run(budget = steps) {
  const pairs = async (split: 'train' | 'test') => {
    const digits = await mnist({ split })
    return {
      async at(query: { step: number; n: number; key: Key }): Promise<TranslationBatch> {
        const { data: images } = await digits.at(query)
        return tidy(() => {
          const target = avgPool(images as Tensor4D, 2, 2, 'valid')
          const coarse = avgPool(target, 2, 2, 'valid')
          return { data: image.resizeNearestNeighbor(coarse, [14, 14]), target }
        })
      },
    }
  }
  const generator = unet.generator({ shape: [14, 14, 1], width: 32 })
  const critic = dcgan.critic({ shape: [14, 14, 2], width: 16 })
  const game = pix2pix({ generator, critic, loss: nonSaturating() })
  const players = await learn(game, await pairs('train'), { steps: budget, batch: 32 })
  const { data, target } = await (await pairs('test')).at({ step: 0, n: 200, key: samplesKey })
  const distance = async (made: Tensor) => (await mean(abs(sub(made, target))).data())[0]!
  return {
    distance: await distance(generator.apply(players.generator, data, context())),
    untouched: await distance(data),
  }
}
