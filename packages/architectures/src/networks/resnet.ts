import { checkCount, type Network } from '@equilibria/core'
import { sum } from '@tensorflow/tfjs-core'
import { glorot, he } from '../initializers.ts'
import { activation, relu } from '../layers/activations.ts'
import { batchNorm } from '../layers/batch-norm.ts'
import { conditionalBatchNorm } from '../layers/conditional-batch-norm.ts'
import { conv2d } from '../layers/conv2d.ts'
import { dense } from '../layers/dense.ts'
import { downsample, upsample } from '../layers/resample.ts'
import { reshape } from '../layers/reshape.ts'
import { residual } from '../layers/residual.ts'
import { sequential } from '../layers/sequential.ts'
import { generating, head, judging, type OutputName, outputOf, pyramid, rowSize, wrapIn } from './parts.ts'

// Gulrajani et al. 2017, appendix F: He's for convolutions under rectifiers; Glorot's elsewhere, as in Miyato et al.'s code.
const body = he()
const linear = glorot

/** How a residual generator is made. */
export interface ResnetGeneratorOptions {
  /** Shape of an image: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Size of the latent; 128 unless given. */
  readonly dimensions?: number
  /** Channels of every hidden map; 256 unless given. */
  readonly width?: number
  /** tanh unless given. */
  readonly output?: OutputName | undefined
  /** Makes the generator class-conditional, by conditional batch normalisation. */
  readonly classes?: number | undefined
}

/**
 * A residual generator: latents [n, dimensions] -> images [n, ...shape]. A linear layer makes the smallest map (sides 4 to 7),
 * each block doubles it: batch norm, relu, nearest up-sampling, 3x3 convolution, batch norm, relu, 3x3 convolution, beside a 1x1
 * convolution. Its `sample` mode needs standing statistics; with `classes` it reads context labels, int32 [n].
 */
function generator({
  shape,
  dimensions = 128,
  width = 256,
  output,
  classes,
}: ResnetGeneratorOptions): Network {
  checkCount('resnet.generator: width', width)
  const { levels, start } = pyramid('resnet.generator', shape)
  const smallest = [...start, width]
  const norm = () => (classes === undefined ? batchNorm(width) : conditionalBatchNorm(width, classes))
  // No biases: whatever is added to a whole channel, the next normalisation takes away, on every path to the image.
  const block = () =>
    residual(
      sequential([
        norm(),
        relu(),
        upsample(2),
        conv2d(width, width, { kernel: body, bias: false }),
        norm(),
        relu(),
        conv2d(width, width, { kernel: body, bias: false }),
      ]),
      // Repeating pixels and mixing channels commute: a quarter of the work in this order.
      sequential([conv2d(width, width, { size: 1, kernel: linear, bias: false }), upsample(2)]),
    )
  return generating(
    'resnet.generator',
    dimensions,
    sequential([
      dense(dimensions, rowSize('resnet.generator', smallest), { kernel: linear }),
      reshape(smallest),
      ...Array.from({ length: levels }, block),
      norm(),
      relu(),
      conv2d(width, shape[2]!, { kernel: linear }),
      outputOf(shape, output),
    ]),
  )
}

/** How a residual critic is made. */
export interface ResnetCriticOptions {
  /** Shape of an image: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Channels of every hidden map; 128 unless given. */
  readonly width?: number
  /** Divides each kernel by its spectral norm; on unless given. Without it, give the critic a gradient penalty. */
  readonly spectralNorm?: boolean
  /** Makes the critic class-conditional, by projection. */
  readonly classes?: number | undefined
}

/**
 * A residual critic: images [n, ...shape] -> logits [n]. Blocks of relu, 3x3 convolution, relu, 3x3 convolution and average
 * pooling beside a 1x1 convolution, down to a shorter side of 5 to 8, then two blocks that keep them, a sum over pixels and a linear layer.
 * With `classes` it reads context labels, int32 [n].
 */
function critic({
  shape,
  width = 128,
  spectralNorm: spectral = true,
  classes,
}: ResnetCriticOptions): Network {
  const { levels, start } = pyramid('resnet.critic', shape)
  const wrap = wrapIn(spectral)
  const convolution = (inputs: number) => wrap(conv2d(inputs, width, { kernel: body }))
  // Averaging pixels and mixing channels commute: a quarter of the work in this order.
  const halving = (inputs: number) =>
    sequential([downsample(2), wrap(conv2d(inputs, width, { size: 1, kernel: linear }))])
  const first = residual(
    sequential([convolution(shape[2]!), relu(), convolution(width), downsample(2)]),
    halving(shape[2]!),
  )
  const keeping = [relu(), convolution(width), relu(), convolution(width)]
  const down = () => residual(sequential([...keeping, downsample(2)]), halving(width))
  // The pyramid goes down to 4 to 7; instead of 4 we stay at 8, as the paper does.
  const halvings = Math.min(...start) === 4 ? levels - 1 : levels
  return judging(
    'resnet.critic',
    shape,
    sequential([
      first,
      ...Array.from({ length: Math.max(0, halvings - 1) }, down),
      residual(sequential(keeping)),
      residual(sequential(keeping)),
      relu(),
      activation(x => sum(x, [1, 2])),
      head(width, { classes, kernel: linear, wrap }),
    ]),
    spectral,
  )
}

/**
 * Residual networks for images whose sides are 4 to 7 times a power of two. At 32x32 they are those of Miyato et al. 2018,
 * appendix B.4, table 4 (after Gulrajani et al. 2017, appendix F); class-conditional as in Miyato & Koyama 2018.
 */
export const resnet = { generator, critic }
