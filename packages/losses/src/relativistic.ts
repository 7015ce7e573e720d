import { neg, relu, softplus, square, sub, type Tensor } from '@tensorflow/tfjs-core'

/** How far ahead one output must be of another: what a relativistic loss makes of the difference. */
export type Comparison = 'standard' | 'leastSquares' | 'hinge'

/** Options of the relativistic losses. */
export interface RelativisticOptions {
  /** `standard`: softplus(-lead). `leastSquares`: (lead - 1)^2. `hinge`: max(0, 1 - lead). */
  comparison?: Comparison
}

const costs: { readonly [K in Comparison]: (lead: Tensor) => Tensor } = {
  standard: lead => softplus(neg(lead)),
  leastSquares: lead => square(sub(lead, 1)),
  hinge: lead => relu(sub(1, lead)),
}

/** The cost [n] of a lead [n] for whoever wants it to be large. Throws on an unknown comparison, naming the loss. */
export function costOfLead(loss: string, comparison: Comparison): (lead: Tensor) => Tensor {
  const cost = costs[comparison]
  if (!cost)
    throw new Error(
      `${loss}: comparison must be one of ${Object.keys(costs).join(', ')}, got ${JSON.stringify(comparison)}`,
    )
  return cost
}
