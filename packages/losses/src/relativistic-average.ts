import type { Loss } from '@equilibria/core'
import { add, mean, sub } from '@tensorflow/tfjs-core'
import { costOfLead, type RelativisticOptions } from './relativistic.ts'

/**
 * The relativistic average loss: each row is judged against the mean of the other kind. The critic minimises
 * E c(D(x) - E D(G(z))) + E c(E D(x) - D(G(z))), the generator the same with data and fakes exchanged, so that it also lowers real rows.
 * c(lead) is softplus(-lead), (lead - 1)^2 or max(0, 1 - lead). Not zero-sum. No best critic is known in closed form: what is best for
 * a row depends on the means over all others.
 * real, fake: logits [n] and [m].
 * Source: Jolicoeur-Martineau 2018 (arXiv 1807.00734), section 4: RaSGAN, RaLSGAN, RaHingeGAN. Throws on an unknown comparison.
 */
export function relativisticAverage({ comparison = 'standard' }: RelativisticOptions = {}): Loss {
  const cost = costOfLead('relativisticAverage', comparison)
  const critic: Loss['critic'] = (real, fake) =>
    add(mean(cost(sub(real, mean(fake)))), mean(cost(sub(mean(real), fake))))
  return { symmetric: true, critic, generator: (fake, real) => critic(fake, real()) }
}
