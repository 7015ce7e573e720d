import type { Loss } from '@equilibria/core'
import { mean, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core'
import { costOfLead, type RelativisticOptions } from './relativistic.ts'

/**
 * The relativistic pairing loss: the critic minimises E c(D(x) - D(G(z))), the generator the same with the sign
 * swapped, so each fake is judged against a real row and not against an absolute threshold. With the `standard` comparison
 * c(lead) = softplus(-lead) it is the relativistic standard GAN. Not zero-sum. Use it with both
 * `r1` and `r2`, without which it need not converge.
 * The best `standard` critic is log p - log q, up to a constant: it tells best which row of a pair is the real one. The best of `leastSquares` is,
 * up to a constant, (p - q) / (p + q) over 1 + t/2, where t is the integral of (p - q)^2 / (p + q); of `hinge` none is known in closed form.
 * real, fake: logits [n], as many of the one as of the other.
 * Source: Jolicoeur-Martineau 2018 (arXiv 1807.00734), section 4; Huang et al. 2024 (R3GAN, arXiv 2501.05441), section 2.
 * Throws on an unknown comparison and on logits of different shapes.
 */
export function relativisticPairing({ comparison = 'standard' }: RelativisticOptions = {}): Loss {
  const cost = costOfLead('relativisticPairing', comparison)
  const pairing = (ahead: Tensor, behind: Tensor): Scalar => {
    if (ahead.shape.join() !== behind.shape.join())
      throw new Error(
        `relativisticPairing: pairs row i of the data with row i of the fakes, but got logits [${ahead.shape}] and [${behind.shape}]; give both batches the same number of rows`,
      )
    return mean(cost(sub(ahead, behind))) as Scalar
  }
  return {
    symmetric: true,
    ...(comparison === 'standard' && { optimal: (p, q) => Math.log(p) - Math.log(q) }),
    critic: (real, fake) => pairing(real, fake),
    generator: (fake, real) => pairing(fake, real()),
  }
}
