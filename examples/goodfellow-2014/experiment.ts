import { goodfellow2014 } from '@equilibria/architectures'
import {
  alternating,
  exponential,
  gan,
  linear,
  makeStep,
  type Params,
  sampling,
  sgd,
  simultaneous,
  uniformLatent,
} from '@equilibria/core'
import { type Dataset, heldOut, subset } from '@equilibria/datasets'
import { mnist } from '@equilibria/datasets/node'
import type { Tensor } from '@tensorflow/tfjs-core'
import { costs, type Options } from './options.ts'

/** Rows of a batch. */
export const BATCH = 100
const FULL = 60_000

/** Images by what they are for. */
export interface Split {
  readonly train: Dataset
  /** For the bandwidth of the Parzen windows. */
  readonly validation: Dataset
  readonly test: Dataset
}

const between = (of: Dataset, from: number, to: number, name: string) =>
  subset(
    of,
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
    name,
  )

/** The first 50,000 of MNIST's 60,000 training images and the other 10,000; of a smaller set all but 1,000, and these. */
export async function splitOf(): Promise<Split> {
  const [all, test] = [await mnist(), await mnist({ split: 'test' })]
  if (all.size === FULL)
    return {
      train: between(all, 0, 50_000, 'mnist (first 50,000)'),
      validation: between(all, 50_000, FULL, 'mnist (last 10,000)'),
      test,
    }
  const { train, heldOut: validation } = heldOut(all, 1000)
  return { train, validation, test }
}

/** Mean of every pixel. */
export async function pixelMeans(data: Dataset): Promise<Float64Array> {
  const means = new Float64Array(data.shape.reduce((a, b) => a * b, 1))
  for await (const batch of data.pass(1000)) {
    const pixels = await batch.data.data<'float32'>()
    for (let i = 0; i < pixels.length; i++) means[i % means.length]! += pixels[i]! / data.size
    batch.data.dispose()
    batch.labels?.dispose()
  }
  return means
}

/**
 * The experiment of Goodfellow et al. 2014 on MNIST (section 5, and the released code where the paper is silent): networks, noise, start, dropout,
 * momentum .5 -> .7 over 250 epochs, rates that fall by 1/1.000004 a batch down to 1e-6.
 */
export function experimentOf({ cost, play, k }: Options, train: Dataset, means: ArrayLike<number>) {
  const { shape, range } = train
  const generator = goodfellow2014.generator({ shape, range, means })
  const latent = uniformLatent(100)
  const batches = train.size / BATCH
  // Schedules count a player's own moves: the critic moves once a batch, the generator once in k batches. The released code halves the critic's cost,
  // the costs here follow V: a rate of .05 for its .1.
  const moving = (rate: number, every: number) =>
    sgd(exponential(rate, 1.000004 ** -every, 1e-6), { momentum: linear(0.5, 0.7, (250 * batches) / every) })
  const step = makeStep({
    game: gan({ generator, critic: goodfellow2014.critic({ shape, range }), latent, loss: costs[cost]() }),
    dynamics: play === 'alternating' ? alternating({ critic: k }) : simultaneous(),
    optimizer: { critic: moving(0.05, 1), generator: moving(0.1, k) },
  })
  return {
    step,
    latent,
    /** Steps of an epoch. */
    epoch: Math.ceil(batches / k),
    /** Images of latents [n, 100]. */
    draw: (params: Params, z: Tensor): Tensor => generator.apply(params, z, sampling()),
  }
}
