import { checkCount, type Network, unknownName } from '@equilibria/core'
import { normal } from '../initializers.ts'
import { leakyRelu, relu } from '../layers/activations.ts'
import { batchNorm } from '../layers/batch-norm.ts'
import { conditionalBatchNorm } from '../layers/conditional-batch-norm.ts'
import { conv2d } from '../layers/conv2d.ts'
import { conv2dTranspose } from '../layers/conv2d-transpose.ts'
import { dense } from '../layers/dense.ts'
import { labelEmbedding } from '../layers/embedding.ts'
import { instanceNorm, layerNorm } from '../layers/group-norm.ts'
import { minibatchStdDev } from '../layers/minibatch-std-dev.ts'
import { flatten, reshape } from '../layers/reshape.ts'
import { sequential } from '../layers/sequential.ts'
import { generating, head, judging, type OutputName, outputOf, pyramid, rowSize, wrapIn } from './parts.ts'

// Radford et al. 2016, section 3: all weights from a normal distribution of deviation .02.
const kernel = normal(0.02)

/** Channels of the hidden maps, largest map first: doubling with each halving of the sides, up to eight times the width. */
const channelsOf = (width: number, levels: number): number[] =>
  Array.from({ length: levels }, (_, i) => width * 2 ** Math.min(i, 3))

/** How a convolutional generator is made. */
export interface DcganGeneratorOptions {
  /** Shape of an image: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Size of the latent; 64 unless given. */
  readonly dimensions?: number
  /** Channels of the largest hidden map, 64 unless given; each smaller one has twice as many, up to eight times. */
  readonly width?: number
  /** Batch normalisation of every hidden map; on unless given. */
  readonly batchNorm?: boolean
  /** tanh unless given. */
  readonly output?: OutputName | undefined
  /** Makes the generator class-conditional: by conditional batch normalisation; without `batchNorm`, by an embedding appended to the latent. */
  readonly classes?: number | undefined
  /** Size of that embedding; 32 unless given. */
  readonly embedding?: number
}

/**
 * A convolutional generator: latents [n, dimensions] -> images [n, ...shape]. A linear layer makes the smallest map; 4x4
 * transposed convolutions of stride 2 double it up to the images. With `batchNorm` its `sample` mode needs standing
 * statistics; with `classes` it reads context labels, int32 [n].
 */
function generator({
  shape,
  dimensions = 64,
  width = 64,
  batchNorm: normalised = true,
  output,
  classes,
  embedding = 32,
}: DcganGeneratorOptions): Network {
  checkCount('dcgan.generator: width', width)
  const { levels, start } = pyramid('dcgan.generator', shape)
  const channels = channelsOf(width, levels).reverse()
  const appended = classes !== undefined && !normalised
  const norm = (features: number) => {
    if (!normalised) return []
    return [classes === undefined ? batchNorm(features) : conditionalBatchNorm(features, classes)]
  }
  // A bias before a normalisation would be taken away by it.
  const linear = normalised ? { kernel, bias: false as const } : { kernel }
  const smallest = [...start, channels[0]!]
  return generating(
    'dcgan.generator',
    dimensions,
    sequential([
      ...(appended ? [labelEmbedding(classes, embedding)] : []),
      dense(dimensions + (appended ? embedding : 0), rowSize('dcgan.generator', smallest), linear),
      reshape(smallest),
      ...norm(channels[0]!),
      relu(),
      ...channels
        .slice(1)
        .flatMap((features, i) => [
          conv2dTranspose(channels[i]!, features, linear),
          ...norm(features),
          relu(),
        ]),
      conv2dTranspose(channels.at(-1)!, shape[2]!, { kernel }),
      outputOf(shape, output),
    ]),
  )
}

const norms = { batch: batchNorm, layer: layerNorm, instance: instanceNorm }

/** How a critic's hidden maps are normalised; `spectral` normalises the kernels instead. */
export type CriticNorm = 'none' | 'spectral' | keyof typeof norms

/** How a convolutional critic is made. */
export interface DcganCriticOptions {
  /** Shape of an image: [height, width, channels]. */
  readonly shape: readonly number[]
  /** Channels of the largest hidden map, 64 unless given; each smaller one has twice as many, up to eight times. */
  readonly width?: number
  /** Slope of the leaky rectifiers for negative numbers; .2 unless given. */
  readonly slope?: number
  /**
   * Normalisation after every convolution but the first; none unless given. The paper's is `batch`, which lets rows of a batch
   * see each other: not for gradient penalties.
   */
  readonly norm?: CriticNorm
  /** Shows the last layer how much a group of rows varies; off unless given. */
  readonly minibatchStdDev?: boolean
  /** Makes the critic class-conditional, by projection. */
  readonly classes?: number | undefined
  /** How many numbers it gives for a row, [n, outputs], where a game wants more than a logit [n]: class logits, a code. */
  readonly outputs?: number | undefined
  /** With `classes`: numbers of the embeddings of row and class that it gives beside the logit, for ContraGAN. */
  readonly contrast?: number | undefined
}

/**
 * A convolutional critic: images [n, ...shape] -> logits [n]. 4x4 convolutions of stride 2 with leaky rectifiers down to the
 * smallest map, then a linear layer. With `classes` it reads context labels, int32 [n].
 */
function critic({
  shape,
  width = 64,
  slope = 0.2,
  norm = 'none',
  minibatchStdDev: compared = false,
  classes,
  outputs,
  contrast,
}: DcganCriticOptions): Network {
  const { levels, start } = pyramid('dcgan.critic', shape)
  if (norm !== 'none' && norm !== 'spectral' && !Object.hasOwn(norms, norm))
    throw new Error(unknownName('norm', norm, ['none', 'spectral', ...Object.keys(norms)]))
  const channels = channelsOf(width, levels)
  const wrap = wrapIn(norm === 'spectral')
  const after = norm === 'none' || norm === 'spectral' ? undefined : norms[norm]
  return judging(
    'dcgan.critic',
    shape,
    sequential([
      ...channels.flatMap((features, i) => {
        const normalised = i > 0 && after !== undefined
        // A bias before a normalisation over each feature would be taken away by it.
        const bias = normalised && norm !== 'layer' ? { bias: false as const } : {}
        return [
          wrap(conv2d(channels[i - 1] ?? shape[2]!, features, { size: 4, stride: 2, kernel, ...bias })),
          ...(normalised ? [after(features)] : []),
          leakyRelu(slope),
        ]
      }),
      ...(compared ? [minibatchStdDev()] : []),
      flatten(),
      head(start[0] * start[1] * (channels.at(-1)! + (compared ? 1 : 0)), {
        classes,
        outputs,
        contrast,
        kernel,
        wrap,
      }),
    ]),
    norm === 'spectral',
  )
}

/** How a convolutional encoder is made: as a critic, but for the size of its codes. */
export interface DcganEncoderOptions extends Omit<DcganCriticOptions, 'classes' | 'outputs' | 'contrast'> {
  /** Numbers of a code. */
  readonly dimensions: number
}

/** A convolutional encoder: images [n, ...shape] -> codes [n, dimensions]; a critic of that many outputs. */
const encoder = ({ dimensions, ...options }: DcganEncoderOptions): Network =>
  critic({ ...options, outputs: dimensions })

/**
 * Convolutional networks after Radford et al. 2016 (section 3), with 4x4 windows, for images whose sides are 4 to 7 times a
 * power of two.
 */
export const dcgan = { generator, critic, encoder }
