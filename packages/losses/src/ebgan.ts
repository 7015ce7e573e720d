import { checkNumber, type Loss } from '@equilibria/core'
import { add, mean, relu, type Scalar, sub } from '@tensorflow/tfjs-core'

/** Options of `ebgan`. */
export interface EbganOptions {
  /** The energy above which the critic leaves a fake alone. */
  margin?: number
}

/**
 * The loss of energy-based GANs: the critic gives data low energies and fakes energies of at least a margin m, minimising
 * E D(x) + E max(0, m - D(G(z))); the generator minimises E D(G(z)). Not zero-sum: past the margin the generator still has a
 * gradient. The best critic says 0 where p > q and m where p < q.
 * real, fake: energies [n], as `autoencoding` gives them.
 * Source: Zhao et al. 2017 (arXiv 1609.03126), eqs. 1 and 2, section 2.2. Throws on a margin that is not positive.
 */
export function ebgan({ margin = 1 }: EbganOptions = {}): Loss {
  checkNumber('ebgan: margin', margin, {
    positive: true,
    hint: 'choose it above the energy that an autoencoder of the data alone reaches',
  })
  return {
    outputs: 'energies',
    optimal: (p, q) => (p < q ? margin : 0),
    critic: (real, fake) => add(mean(real), mean(relu(sub(margin, fake)))),
    generator: fake => mean(fake) as Scalar,
  }
}
