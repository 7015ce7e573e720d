import { fold, type Network, type Params, within } from '@equilibria/core'
import { concat, type Tensor } from '@tensorflow/tfjs-core'
import { normal } from '../initializers.ts'
import { leakyRelu, relu } from '../layers/activations.ts'
import { batchNorm } from '../layers/batch-norm.ts'
import { conv2d } from '../layers/conv2d.ts'
import { conv2dTranspose } from '../layers/conv2d-transpose.ts'
import { dropout } from '../layers/dropout.ts'
import { expectRows } from '../layers/input.ts'
import { memoryOf, sequential } from '../layers/sequential.ts'
import { type OutputName, outputOf, pyramid } from './parts.ts'

/** How a U-Net is made. */
export interface UnetOptions {
  /** Shape of the images it makes: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Channels of the images it is shown, of the same sides; as many as it makes unless given. */
  readonly inputs?: number | undefined
  /** Channels of the largest hidden map, 64 unless given; each smaller one has twice as many, up to eight times. */
  readonly width?: number
  /** Batch normalisation of all maps but the first; off unless given. */
  readonly batchNorm?: boolean
  /** Probability that dropout keeps a number of the decoder's hidden maps; 1, no dropout, unless given. The paper's is .5. */
  readonly keep?: number
  /** tanh unless given. */
  readonly output?: OutputName | undefined
}

/**
 * A U-Net from images to images of the same sides: 4x4 convolutions of stride 2 down to the smallest map, 4x4 transposed ones
 * back up, each of which also sees the map of its size on the way down. [n, height, width, inputs] -> [n, ...shape].
 * Source: Isola et al. 2017 (arXiv 1611.07004), section 3.2.1 and appendix 6.1.1.
 */
function generator({
  shape,
  inputs = shape[2]!,
  width = 64,
  batchNorm: normalised = false,
  keep = 1,
  output,
}: UnetOptions): Network {
  const { levels } = pyramid('unet.generator', shape)
  // Radford et al. 2016: all weights from a normal distribution of deviation .02.
  const kernel = normal(0.02)
  const channels = Array.from({ length: levels }, (_, i) => width * 2 ** Math.min(i, 3))
  const hidden = (features: number) => (normalised ? [batchNorm(features)] : [])
  const linear = normalised ? { kernel, bias: false as const } : { kernel }
  const down = channels.map((features, i) =>
    sequential([
      conv2d(channels[i - 1] ?? inputs, features, {
        size: 4,
        stride: 2,
        ...(i === 0 ? { kernel } : linear),
      }),
      ...(i === 0 ? [] : hidden(features)),
      leakyRelu(0.2),
    ]),
  )
  // From the smallest map up: all but the first see twice the channels.
  const up = channels
    .map((features, i) => {
      const from = features * (i === levels - 1 ? 1 : 2)
      if (i === 0) return sequential([conv2dTranspose(from, shape[2]!, { kernel }), outputOf(shape, output)])
      return sequential([
        conv2dTranspose(from, channels[i - 1]!, linear),
        ...hidden(channels[i - 1]!),
        ...(keep === 1 ? [] : [dropout(keep)]),
        relu(),
      ])
    })
    .reverse()
  const parts = [...down.map(named('down')), ...up.map(named('up'))]
  return {
    init: key => Object.fromEntries(parts.map(([name, part]) => [name, part.init(fold(key, name))])),
    ...memoryOf(parts),
    apply: (params, x, context) => {
      expectRows('unet.generator', x, [shape[0]!, shape[1]!, inputs])
      const play = (name: string, part: Network, input: Tensor) =>
        part.apply((params as Record<string, Params>)[name]!, input, within(context, name))
      const maps: Tensor[] = []
      for (const [i, part] of down.entries()) maps.push(play(`down${i}`, part, maps.at(-1) ?? x))
      return up.reduce(
        (y, part, i) => play(`up${i}`, part, i === 0 ? y : concat([y, maps[levels - 1 - i]!], 3)),
        maps.at(-1)!,
      )
    },
  }
}

const named =
  (prefix: string) =>
  (part: Network, i: number): [string, Network] => [`${prefix}${i}`, part]

/** The U-Net of Isola et al. 2017, for images whose sides are 4 to 7 times a power of two. */
export const unet = { generator }
