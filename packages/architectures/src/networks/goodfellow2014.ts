import type { Network } from '@equilibria/core'
import { tensor1d } from '@tensorflow/tfjs-core'
import { type Initializer, uniform, zeros } from '../initializers.ts'
import { relu, sigmoid } from '../layers/activations.ts'
import { dense } from '../layers/dense.ts'
import { dropout } from '../layers/dropout.ts'
import { labelEmbedding } from '../layers/embedding.ts'
import { maxout } from '../layers/maxout.ts'
import { flatten, reshape } from '../layers/reshape.ts'
import { sequential } from '../layers/sequential.ts'
import { generating, head, judging, rescale, rowSize, wrapIn } from './parts.ts'

/** What both networks are told of the data. */
export interface Goodfellow2014Options {
  /** Shape of a row; [28, 28, 1] unless given. */
  readonly shape?: readonly number[]
  /** Range of the data; [-1, 1] unless given. The networks themselves work in the paper's [0, 1]. */
  readonly range?: readonly [low: number, high: number]
  /** Makes the networks class-conditional. */
  readonly classes?: number | undefined
}

/** How the generator is made. */
export interface Goodfellow2014GeneratorOptions extends Goodfellow2014Options {
  /** Sizes of the hidden layers; 1200 and 1200 unless given. */
  readonly hidden?: readonly number[]
  /** Size of the latent, which the paper draws uniform on ±sqrt(3); 100 unless given. */
  readonly dimensions?: number
  /** Mean of each number of a row, within `range`: the generator then starts at the data's mean. */
  readonly means?: ArrayLike<number> | undefined
}

/** How far from 0 and 1 means are kept: as in the released code (pylearn2's `init_sigmoid_bias_from_array`). */
const EDGE = 1e-7

/** The log odds of `means`. */
const logits =
  (size: number, means: ArrayLike<number>, [low, high]: readonly [number, number]): Initializer =>
  () => {
    if (means.length !== size)
      throw new Error(
        `goodfellow2014.generator: expected ${size} means, one for each number of a row, got ${means.length}`,
      )
    return tensor1d(
      Array.from(means, mean => {
        const p = Math.min(1 - EDGE, Math.max(EDGE, (mean - low) / (high - low)))
        return Math.log(p / (1 - p))
      }),
      'float32',
    )
  }

/** Latents [n, 100] -> 1200 relu -> 1200 relu -> sigmoid rows; weights uniform on ±.05. */
function generator({
  shape = [28, 28, 1],
  range = [-1, 1],
  classes,
  hidden = [1200, 1200],
  dimensions = 100,
  means,
}: Goodfellow2014GeneratorOptions = {}): Network {
  const size = rowSize('goodfellow2014.generator', shape)
  const kernel = uniform(0.05)
  const embedding = 32
  const inputs = [dimensions + (classes === undefined ? 0 : embedding), ...hidden]
  return generating(
    'goodfellow2014.generator',
    dimensions,
    sequential([
      ...(classes === undefined ? [] : [labelEmbedding(classes, embedding)]),
      ...hidden.flatMap((units, i) => [dense(inputs[i]!, units, { kernel }), relu()]),
      dense(inputs.at(-1)!, size, { kernel, bias: means ? logits(size, means, range) : zeros }),
      sigmoid(),
      rescale([0, 1], range),
      reshape(shape),
    ]),
  )
}

/** How the critic is made. */
export interface Goodfellow2014CriticOptions extends Goodfellow2014Options {
  /** Numbers of maxout units, of five pieces each; 240 and 240 unless given. */
  readonly hidden?: readonly number[]
  /** Probability that dropout keeps a number of the input; .8 unless given. */
  readonly keepInput?: number
  /** Probability that dropout keeps a hidden unit; .5 unless given. */
  readonly keepHidden?: number
}

/** Rows -> 240 maxout units of 5 pieces -> 240 more -> logits [n], with dropout before each; weights uniform on ±.005. */
function critic({
  shape = [28, 28, 1],
  range = [-1, 1],
  classes,
  hidden = [240, 240],
  keepInput = 0.8,
  keepHidden = 0.5,
}: Goodfellow2014CriticOptions = {}): Network {
  const inputs = [rowSize('goodfellow2014.critic', shape), ...hidden]
  const kernel = uniform(0.005)
  return judging(
    'goodfellow2014.critic',
    shape,
    sequential([
      flatten(),
      rescale(range, [0, 1]),
      dropout(keepInput),
      ...hidden.flatMap((units, i) => [
        maxout(inputs[i]!, units, { pieces: 5, kernel }),
        dropout(keepHidden),
      ]),
      head(inputs.at(-1)!, { classes, kernel, wrap: wrapIn(false) }),
    ]),
  )
}

/**
 * The networks that Goodfellow et al. 2014 trained on MNIST (section 5 and the released code): 2,503,984 and 1,231,441
 * parameters for 28x28 images. With `classes`: an embedding of the label appended to the latent, a projection in the critic.
 */
export const goodfellow2014 = { generator, critic }
