import { fold, type Network, within } from '@equilibria/core'
import { add, mul, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'
import { glorot, type Initializer } from '../initializers.ts'
import { expectLabels } from '../labels.ts'
import { dense, type LinearParams } from './dense.ts'
import { type EmbeddingParams, embedding } from './embedding.ts'
import { expectRows } from './input.ts'
import { memoryOf } from './sequential.ts'

/** Parameters of a projection head. */
export type ProjectionParams = { readonly logit: LinearParams; readonly classes: EmbeddingParams }

/** How a projection head is made. */
export interface ProjectionOptions {
  /** Start of the kernel and of the class vectors, Glorot's unless given. */
  readonly kernel?: Initializer
  /** Wraps both layers, as `spectralNorm` does. */
  readonly wrap?: <P extends { readonly kernel: Tensor }>(
    layer: Network<Tensor, Tensor, P>,
  ) => Network<Tensor, Tensor, P>
}

/**
 * A class-conditional critic's last layer: features h [n, features] and labels int32 [n] -> logits [n], a linear map of h plus
 * the product of h with a vector of its class. Source: Miyato & Koyama 2018, equation 3 and figure 1d.
 * Throws where labels are absent.
 */
export function projection(
  features: number,
  classes: number,
  { kernel = glorot, wrap = layer => layer }: ProjectionOptions = {},
): Network<Tensor, Tensor, ProjectionParams> {
  const logit = wrap(dense(features, 1, { kernel }))
  const vectors = wrap(embedding(classes, features, { kernel }))
  return {
    init: key => ({ logit: logit.init(fold(key, 'logit')), classes: vectors.init(fold(key, 'classes')) }),
    ...memoryOf([
      ['logit', logit],
      ['classes', vectors],
    ]),
    apply: (params, h, context) => {
      expectRows('projection', h, [features])
      const n = h.shape[0]!
      const labels = expectLabels('projection', context, classes, n)
      const ofClass = vectors.apply(params.classes, labels, within(context, 'classes'))
      const plain = logit.apply(params.logit, h, within(context, 'logit'))
      return add(reshape(plain, [n]), sum(mul(ofClass, h), 1))
    },
  }
}
