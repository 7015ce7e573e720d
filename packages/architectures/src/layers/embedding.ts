import { checkCount, fold, type Network } from '@equilibria/core'
import { concat, matMul, type Tensor } from '@tensorflow/tfjs-core'
import { type Initializer, normal } from '../initializers.ts'
import { expectClasses, expectLabels, oneHotLabels } from '../labels.ts'
import { expectRows } from './input.ts'

/** Parameters of an embedding: a table [classes, features]. */
export type EmbeddingParams = { readonly kernel: Tensor }

/** How an embedding starts: standard normal unless given. */
export interface EmbeddingOptions {
  readonly kernel?: Initializer
}

/** A vector for each class: labels int32 [n] -> [n, features]. A label outside 0 .. classes - 1 gives zeros. */
export function embedding(
  classes: number,
  features: number,
  { kernel = normal(1) }: EmbeddingOptions = {},
): Network<Tensor, Tensor, EmbeddingParams> {
  expectClasses('embedding', classes)
  checkCount('embedding: features', features)
  return {
    init: key => ({ kernel: kernel(fold(key, 'kernel'), [classes, features]) }),
    apply: (params, labels, context) => {
      const given = expectLabels('embedding', { ...context, labels }, classes, labels.shape[0] ?? 1)
      return matMul(oneHotLabels(given, classes), params.kernel)
    },
  }
}

/** Appends the embedding of each row's class (context labels) to the row: [n, inputs] -> [n, inputs + features]. */
export function labelEmbedding(
  classes: number,
  features: number,
  options: EmbeddingOptions = {},
): Network<Tensor, Tensor, EmbeddingParams> {
  const table = embedding(classes, features, options)
  return {
    init: table.init,
    apply: (params, x, context) => {
      expectRows('labelEmbedding', x, [null])
      const labels = expectLabels('labelEmbedding', context, classes, x.shape[0]!)
      return concat([x, table.apply(params, labels, context)], 1)
    },
  }
}
