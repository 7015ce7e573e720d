import { fold, type Network, within } from '@equilibria/core'
import { add, concat, div, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { glorot } from '../initializers.ts'
import { expectLabels } from '../labels.ts'
import { dense, type LinearParams } from './dense.ts'
import { type EmbeddingParams, embedding } from './embedding.ts'
import { expectRows } from './input.ts'
import type { ProjectionOptions } from './projection.ts'
import { memoryOf } from './sequential.ts'

/** Parameters of a contrastive head. */
export type ContrastiveHeadParams = {
  readonly logit: LinearParams
  readonly row: LinearParams
  readonly classes: EmbeddingParams
}

/**
 * The last layer of a critic that contrasts classes (ContraGAN): features h [n, features] and labels int32 [n] -> [n, 1 + 2
 * dimensions], a logit, an embedding of the row and one of its class, both linear and divided by their lengths. Source: Kang &
 * Park 2020 (arXiv 2006.12681), section 3. Throws where labels are absent.
 */
export function contrastiveHead(
  features: number,
  classes: number,
  dimensions: number,
  { kernel = glorot, wrap = layer => layer }: ProjectionOptions = {},
): Network<Tensor, Tensor, ContrastiveHeadParams> {
  const parts = {
    logit: wrap(dense(features, 1, { kernel })),
    row: wrap(dense(features, dimensions, { kernel })),
    classes: wrap(embedding(classes, dimensions, { kernel })),
  }
  return {
    init: key => ({
      logit: parts.logit.init(fold(key, 'logit')),
      row: parts.row.init(fold(key, 'row')),
      classes: parts.classes.init(fold(key, 'classes')),
    }),
    ...memoryOf(Object.entries(parts) as [string, Network][]),
    apply: (params, h, context) => {
      expectRows('contrastiveHead', h, [features])
      const labels = expectLabels('contrastiveHead', context, classes, h.shape[0]!)
      const logit = parts.logit.apply(params.logit, h, within(context, 'logit'))
      const row = parts.row.apply(params.row, h, within(context, 'row'))
      const ofClass = parts.classes.apply(params.classes, labels, within(context, 'classes'))
      return concat([logit, unit(row), unit(ofClass)], 1)
    },
  }
}

// The small number keeps the root differentiable at 0.
const unit = (x: Tensor): Tensor => div(x, sqrt(add(sum(square(x), 1, true), 1e-12)))
