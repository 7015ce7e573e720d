import type { Context } from '@equilibria/core'
import { cast, oneHot, type Tensor } from '@tensorflow/tfjs-core'
import { placed } from './layers/input.ts'

/** Throws unless `classes` is a whole number of at least two. */
export function expectClasses(layer: string, classes: number): void {
  if (!(Number.isInteger(classes) && classes >= 2))
    throw new Error(
      `${layer}: expected at least 2 classes, got ${classes}; leave classes out for an unconditional network`,
    )
}

/** The context's labels. Throws where it has none, or not int32 [n]. */
export function expectLabels(layer: string, context: Context, classes: number, n: number): Tensor {
  const { labels } = context
  const where = placed(layer, context)
  if (!labels)
    throw new Error(
      `${where}: a class-conditional layer needs labels, int32 [${n}] in 0 .. ${classes - 1}, got none; train on labelled data, or give sampling(memory, { labels })`,
    )
  if (labels.dtype !== 'int32' || labels.rank !== 1 || labels.shape[0] !== n)
    throw new Error(
      `${where}: expected labels int32 [${n}], got ${labels.dtype} [${labels.shape}]; give one class number for each row`,
    )
  return labels
}

/**
 * Labels int32 [n] as rows of zeros with a one, float32 [n, classes]. Looking a table up is then a product of matrices, whose
 * gradients every backend has.
 */
export const oneHotLabels = (labels: Tensor, classes: number): Tensor =>
  // Not `oneHot(..., 'float32')`: tfjs-backend-wasm 4.22 writes integers into it, whatever the type.
  cast(oneHot(labels, classes), 'float32')
