import { checkCount, fold, type Network } from '@equilibria/core'
import { mul, reshape as reshapeTo, sum, type Tensor } from '@tensorflow/tfjs-core'
import { fans, type Initializer, normal } from '../initializers.ts'
import { leakyRelu } from '../layers/activations.ts'
import { conv2d } from '../layers/conv2d.ts'
import { dense } from '../layers/dense.ts'
import { labelEmbedding } from '../layers/embedding.ts'
import { groupedConv2d } from '../layers/grouped-conv2d.ts'
import { expectRows } from '../layers/input.ts'
import { projection } from '../layers/projection.ts'
import { downsample, upsample } from '../layers/resample.ts'
import { reshape } from '../layers/reshape.ts'
import { residual } from '../layers/residual.ts'
import { sequential } from '../layers/sequential.ts'
import { generating, judging, type OutputName, outputOf, pyramid } from './parts.ts'

const slope = 0.2

/** Normal, of deviation gain / sqrt(fan-in). */
const scaled =
  (gain: number): Initializer =>
  (key, shape) =>
    normal(gain / Math.sqrt(fans(shape).in))(key, shape)

const linear = scaled(1)

/** What generator and critic share. */
interface Common {
  /** Shape of an image: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Channels between blocks at every size; 96 unless given. The paper's 32x32 networks have 768. */
  readonly width?: number
  /** Blocks at every size; 2 unless given. */
  readonly blocks?: number
  /** How many times more channels there are inside a block; 2 unless given. */
  readonly expansion?: number
  /** Channels in a group of the 3x3 convolutions; 16 unless given. It must divide width * expansion. */
  readonly groupSize?: number
  /** Makes the network class-conditional: the generator by an embedding appended to the latent, the critic by projection. */
  readonly classes?: number | undefined
}

/** How an R3GAN generator is made. */
export interface R3ganGeneratorOptions extends Common {
  /** Size of the latent; 64 unless given. */
  readonly dimensions?: number
  /** linear unless given. */
  readonly output?: OutputName | undefined
  /** Size of the label's embedding; 64 unless given. */
  readonly embedding?: number
}

/** How an R3GAN critic is made. */
export type R3ganCriticOptions = Common

/** Maps are `levels` + 1 sizes; the blocks of one size as a maker. */
function trunk(family: string, { shape, width = 96, blocks = 2, expansion = 2, groupSize = 16 }: Common) {
  const { levels, start } = pyramid(family, shape)
  for (const [name, value] of Object.entries({ width, blocks, expansion, groupSize }))
    checkCount(`${family}: ${name}`, value)
  const inner = width * expansion
  if (inner % groupSize !== 0)
    throw new Error(
      `${family}: expected groupSize to divide width * expansion = ${inner}, got ${groupSize}; 8, 16 and 32 are usual`,
    )
  // Zhang et al. 2019 (Fixup): with L blocks of m = 3 layers, L^(-1 / (2m - 2)) of He's deviation, and zeros in the last layer.
  const kernel = scaled(Math.sqrt(2 / (1 + slope ** 2)) * (blocks * (levels + 1)) ** -0.25)
  const block = () =>
    residual(
      sequential([
        conv2d(width, inner, { size: 1, kernel }),
        leakyRelu(slope),
        groupedConv2d(inner, inner, { groups: inner / groupSize, kernel }),
        leakyRelu(slope),
        conv2d(inner, width, { size: 1, kernel: scaled(0), bias: false }),
      ]),
    )
  return { levels, start, width, stage: () => Array.from({ length: blocks }, block) }
}

/** A learned map [h, w, channels] and how to use it. */
const basis = (
  [h, w]: readonly [number, number],
  channels: number,
  start: Initializer,
  use: (basis: Tensor, x: Tensor) => Tensor,
): Network<Tensor, Tensor, { readonly basis: Tensor }> => ({
  init: key => ({ basis: start(fold(key, 'basis'), [h, w, channels]) }),
  apply: (params, x) => use(params.basis, x),
})

/** Features [n, channels] -> [n, h, w, channels]: a learned map of each channel, as strong as its feature. */
const spread = (sides: readonly [number, number], channels: number) =>
  basis(sides, channels, normal(1), (map, x) => mul(map, reshapeTo(x, [-1, 1, 1, channels])))

/** Maps [n, h, w, channels] -> features [n, channels]: each channel's product with a learned map. */
const gathered = ([h, w]: readonly [number, number], channels: number) =>
  basis([h, w], channels, normal(1 / Math.sqrt(h * w)), (map, x) => {
    expectRows('r3gan.critic', x, [h, w, channels])
    return sum(mul(map, x), [1, 2])
  })

/**
 * An R3GAN generator: latents [n, dimensions] -> images [n, ...shape]. The latent weighs learned maps of the smallest size; at
 * each size there are blocks of 1x1, grouped 3x3 and 1x1 convolutions with leaky rectifiers and no normalisation; bilinear
 * interpolation doubles the sides. With `classes` it reads context labels, int32 [n].
 */
function generator({
  dimensions = 64,
  output = 'linear',
  embedding = 64,
  ...common
}: R3ganGeneratorOptions): Network {
  const { levels, start, width, stage } = trunk('r3gan.generator', common)
  const { shape, classes } = common
  return generating(
    'r3gan.generator',
    dimensions,
    sequential([
      ...(classes === undefined ? [] : [labelEmbedding(classes, embedding, { kernel: linear })]),
      dense(dimensions + (classes === undefined ? 0 : embedding), width, { kernel: linear, bias: false }),
      spread(start, width),
      ...stage(),
      ...Array.from({ length: levels }, () => [upsample(2, { method: 'bilinear' }), ...stage()]).flat(),
      conv2d(width, shape[2]!, { size: 1, kernel: linear, bias: false }),
      outputOf(shape, output),
    ]),
  )
}

/**
 * An R3GAN critic: images [n, ...shape] -> logits [n]; the generator turned round, with bilinear down-sampling and no last bias,
 * which a relativistic loss could not see. Meant for `relativisticPairing` with `r1` and `r2`. With `classes` it reads context
 * labels, int32 [n].
 */
function critic(common: R3ganCriticOptions): Network {
  const { levels, start, width, stage } = trunk('r3gan.critic', common)
  const { shape, classes } = common
  return judging(
    'r3gan.critic',
    shape,
    sequential([
      conv2d(shape[2]!, width, { size: 1, kernel: linear, bias: false }),
      ...Array.from({ length: levels }, () => [...stage(), downsample(2, { method: 'bilinear' })]).flat(),
      ...stage(),
      gathered(start, width),
      ...(classes === undefined
        ? [sequential([dense(width, 1, { kernel: linear, bias: false }), reshape([])])]
        : [projection(width, classes, { kernel: linear })]),
    ]),
  )
}

/**
 * The networks of R3GAN, for images whose sides are 4 to 7 times a power of two. Source: Huang et al. 2024 (arXiv 2501.05441),
 * section 4 (configuration E), and the published code (github.com/brownvc/R3GAN) for widths, groups and starts; there maps are
 * taken to be zero outside when they are resampled, here the edge goes on.
 */
export const r3gan = { generator, critic }
