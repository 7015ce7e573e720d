import type { Network } from '@equilibria/core'
import { glorot, he, type Initializer } from '../initializers.ts'
import { type ActivationName, activationOf, leakyRelu } from '../layers/activations.ts'
import { batchNorm } from '../layers/batch-norm.ts'
import { dense } from '../layers/dense.ts'
import { dropout } from '../layers/dropout.ts'
import { labelEmbedding } from '../layers/embedding.ts'
import { minibatchStdDev } from '../layers/minibatch-std-dev.ts'
import { flatten, reshape } from '../layers/reshape.ts'
import { sequential } from '../layers/sequential.ts'
import { generating, head, judging, type OutputName, outputOf, rowSize, wrapIn } from './parts.ts'

/** How a fully connected generator is made. */
export interface MlpGeneratorOptions {
  /** Shape of a row of the data, such as [28, 28, 1] or [2]. */
  readonly shape: readonly number[]
  /** Size of the latent; 64 unless given. */
  readonly dimensions?: number
  /** Sizes of the hidden layers; 256 and 512 unless given. */
  readonly hidden?: readonly number[]
  /** After each hidden layer; relu unless given. */
  readonly activation?: ActivationName | Network
  /** Batch normalisation before each activation; off unless given. */
  readonly batchNorm?: boolean
  /** Unless given, tanh for images and linear for points. */
  readonly output?: OutputName | undefined
  /** Makes the generator class-conditional: an embedding of the label is appended to the latent. */
  readonly classes?: number | undefined
  /** Size of that embedding; 32 unless given. */
  readonly embedding?: number
}

/** Kernels that keep the size of activations: He's for rectifiers, Glorot's otherwise. */
const startFor = (activation: ActivationName | Network): Initializer =>
  activation === 'leakyRelu'
    ? he(0.2)
    : ['relu', 'elu', 'swish'].includes(activation as string)
      ? he()
      : glorot

/**
 * A fully connected generator: latents [n, dimensions] -> rows [n, ...shape]. With `classes` it reads context labels, int32
 * [n]; with `batchNorm` its `sample` mode needs standing statistics.
 */
function generator({
  shape,
  dimensions = 64,
  hidden = [256, 512],
  activation = 'relu',
  batchNorm: normalised = false,
  output,
  classes,
  embedding = 32,
}: MlpGeneratorOptions): Network {
  const size = rowSize('mlp.generator', shape)
  const kernel = startFor(activation)
  const first = dimensions + (classes === undefined ? 0 : embedding)
  const inputs = [first, ...hidden]
  return generating(
    'mlp.generator',
    dimensions,
    sequential([
      ...(classes === undefined ? [] : [labelEmbedding(classes, embedding)]),
      ...hidden.flatMap((units, i) => [
        dense(inputs[i]!, units, normalised ? { kernel, bias: false } : { kernel }),
        ...(normalised ? [batchNorm(units)] : []),
        activationOf(activation),
      ]),
      dense(inputs.at(-1)!, size),
      outputOf(shape, output),
      reshape(shape),
    ]),
  )
}

/** How a fully connected critic is made. */
export interface MlpCriticOptions {
  /** Shape of a row of the data, such as [28, 28, 1] or [2]. */
  readonly shape: readonly number[]
  /** Sizes of the hidden layers; 512 and 256 unless given. */
  readonly hidden?: readonly number[]
  /** Slope of the leaky rectifiers for negative numbers; .2 unless given. */
  readonly slope?: number
  /** Probability that dropout keeps a hidden unit; 1, no dropout, unless given. */
  readonly keep?: number
  /** Shows the last layer how much a group of rows varies; off unless given. */
  readonly minibatchStdDev?: boolean
  /** Divides each kernel by its spectral norm; off unless given. */
  readonly spectralNorm?: boolean
  /** Makes the critic class-conditional, by projection. */
  readonly classes?: number | undefined
  /** How many numbers it gives for a row, [n, outputs], where a game wants more than a logit [n]: class logits, a code. */
  readonly outputs?: number | undefined
  /** With `classes`: numbers of the embeddings of row and class that it gives beside the logit, for ContraGAN. */
  readonly contrast?: number | undefined
}

/** A fully connected critic: rows [n, ...shape] -> logits [n]. With `classes` it reads context labels, int32 [n]. */
function critic({
  shape,
  hidden = [512, 256],
  slope = 0.2,
  keep = 1,
  minibatchStdDev: compared = false,
  spectralNorm: spectral = false,
  classes,
  outputs,
  contrast,
}: MlpCriticOptions): Network {
  const inputs = [rowSize('mlp.critic', shape), ...hidden]
  const wrap = wrapIn(spectral)
  return judging(
    'mlp.critic',
    shape,
    sequential([
      flatten(),
      ...hidden.flatMap((units, i) => [
        wrap(dense(inputs[i]!, units, { kernel: he(slope) })),
        leakyRelu(slope),
        ...(keep === 1 ? [] : [dropout(keep)]),
      ]),
      ...(compared ? [minibatchStdDev()] : []),
      head(inputs.at(-1)! + (compared ? 1 : 0), { classes, outputs, contrast, kernel: glorot, wrap }),
    ]),
    spectral,
  )
}

/** How a fully connected encoder is made: as a critic, but for the size of its codes. */
export interface MlpEncoderOptions extends Omit<MlpCriticOptions, 'classes' | 'outputs' | 'contrast'> {
  /** Numbers of a code. */
  readonly dimensions: number
}

/** A fully connected encoder: rows [n, ...shape] -> codes [n, dimensions]; a critic of that many outputs. */
const encoder = ({ dimensions, ...options }: MlpEncoderOptions): Network =>
  critic({ ...options, outputs: dimensions })

/** Fully connected networks. */
export const mlp = { generator, critic, encoder }
