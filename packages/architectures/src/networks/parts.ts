import { type Network, unknownName } from '@equilibria/core'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import type { Initializer } from '../initializers.ts'
import { activation, identity, sigmoid, tanh } from '../layers/activations.ts'
import { contrastiveHead } from '../layers/contrastive-head.ts'
import { dense } from '../layers/dense.ts'
import { expectRows } from '../layers/input.ts'
import { projection } from '../layers/projection.ts'
import { reshape } from '../layers/reshape.ts'
import { sequential } from '../layers/sequential.ts'
import { spectralNorm } from '../layers/spectral-norm.ts'

const outputs = { tanh, sigmoid, linear: identity }

/** What a generator ends in: `tanh` gives (-1, 1), `sigmoid` (0, 1), `linear` any numbers. */
export type OutputName = keyof typeof outputs

/** The last activation of a generator of rows of `shape`; unless named, tanh for images and linear for points. */
export function outputOf(shape: readonly number[], name?: OutputName | undefined): Network {
  const chosen = name ?? (shape.length === 1 ? 'linear' : 'tanh')
  if (!Object.hasOwn(outputs, chosen)) throw new Error(unknownName('output', chosen, Object.keys(outputs)))
  return outputs[chosen]()
}

/** Multiplies and shifts all numbers: from range to range. */
export const rescale = (from: readonly [number, number], to: readonly [number, number]): Network => {
  const factor = (to[1] - to[0]) / (from[1] - from[0])
  const offset = to[0] - from[0] * factor
  if (factor === 1 && offset === 0) return identity()
  return activation(x => add(mul(x, factor), offset))
}

/** Throws unless the shape is that of a row: whole numbers of at least one. Gives their product. */
export function rowSize(network: string, shape: readonly number[]): number {
  if (shape.length === 0 || !shape.every(side => Number.isInteger(side) && side >= 1))
    throw new Error(
      `${network}: expected shape to be that of a row of the data, such as [28, 28, 1] or [2], got [${shape}]`,
    )
  return shape.reduce((a, b) => a * b, 1)
}

/** From data to the smallest map: how often sides are halved, and the sides left (4 to 7 for the shorter one). */
export function pyramid(
  family: string,
  shape: readonly number[],
): { levels: number; start: [number, number] } {
  rowSize(family, shape)
  const [h, w] = shape as [number, number]
  let levels = 0
  for (let side = Math.min(h, w); side >= 8; side = Math.floor(side / 2)) levels++
  const scale = 2 ** levels
  if (shape.length !== 3 || levels === 0 || h % scale !== 0 || w % scale !== 0)
    throw new Error(
      `${family}: expected shape [height, width, channels] with sides 4, 5, 6 or 7 times a power of two and at least 8 (16, 28, 32, 64, ...), got [${shape}]; resize the images`,
    )
  return { levels, start: [h / scale, w / scale] }
}

/** `network` for rows of a shape; others are an error that names the family and the remedy. */
export const taking = (
  family: string,
  row: readonly number[],
  remedy: (got: readonly number[]) => string,
  network: Network,
): Network => ({
  ...network,
  apply: (params, x, context) => {
    expectRows(family, x, row, remedy(x.shape.slice(1)))
    return network.apply(params, x, context)
  },
})

/** A generator from latents [n, dimensions]. */
export const generating = (family: string, dimensions: number, network: Network): Network =>
  taking(
    family,
    [dimensions],
    got => `set the generator's dimensions to ${got} or draw latents of ${dimensions}`,
    network,
  )

/** A critic of rows of `shape`. If all its kernels are divided by their `spectral` norms, it says that its slope is bounded. */
export const judging = (
  family: string,
  shape: readonly number[],
  network: Network,
  spectral = false,
): Network => ({
  ...taking(family, shape, got => `set the critic's shape to [${got}] or give it rows [${shape}]`, network),
  ...(spectral && { lipschitz: true }),
})

/** Wraps a layer with a kernel, or leaves it. */
export type Wrap = <P extends { readonly kernel: Tensor }>(
  layer: Network<Tensor, Tensor, P>,
) => Network<Tensor, Tensor, P>

/** `spectralNorm`, or nothing. */
export const wrapIn = (spectral: boolean): Wrap => (spectral ? layer => spectralNorm(layer) : layer => layer)

/**
 * A critic's last layer: [n, features] -> logits [n], linear, with a projection of the class where there are classes; or -> [n,
 * outputs]; or, to contrast classes, a `contrastiveHead`. Throws if both classes and outputs are given, or contrast without classes.
 */
export function head(
  features: number,
  {
    classes,
    outputs,
    contrast,
    kernel,
    wrap,
  }: {
    classes: number | undefined
    outputs?: number | undefined
    contrast?: number | undefined
    kernel: Initializer
    wrap: Wrap
  },
): Network {
  if (contrast !== undefined) {
    if (classes === undefined || outputs !== undefined)
      throw new Error(
        'contrast: a critic that contrasts classes needs their number, classes, and takes no outputs',
      )
    return contrastiveHead(features, classes, contrast, { kernel, wrap })
  }
  if (classes !== undefined && outputs !== undefined)
    throw new Error(
      `expected classes, for one logit a row that depends on the class, or outputs, for several numbers a row; got classes ${classes} and outputs ${outputs}`,
    )
  if (outputs !== undefined) return wrap(dense(features, outputs, { kernel }))
  return classes === undefined
    ? sequential([wrap(dense(features, 1, { kernel })), reshape([])])
    : projection(features, classes, { kernel, wrap })
}
