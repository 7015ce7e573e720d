import { checkNumber, type Loss, type LossContext, type Slot } from '@equilibria/core'
import { add, clipByValue, mean, mul, type Scalar, scalar, sub, type Tensor } from '@tensorflow/tfjs-core'

/** Options of `began`. */
export interface BeganOptions {
  /** Gamma, the diversity ratio E D(G(z)) / E D(x) that the balance keeps: lower is sharper and less diverse. */
  gamma?: number
  /** Lambda_k, how fast the balance moves. */
  rate?: number
}

/** What the slot of `began` holds: k, a scalar in [0, 1]. */
export type BeganState = { readonly k: Tensor }

const balance = (gamma: number, rate: number): Slot<BeganState> => ({
  init: () => ({ k: scalar(0) }),
  next: ({ k }, { own }) => {
    // A step in which the critic did not look leaves the balance as it is.
    if (!own) return { k }
    const { real, fake } = own as { readonly real: Tensor; readonly fake: Tensor }
    const lead = sub(mul(gamma, mean(real)), mean(fake))
    return { k: clipByValue(add(k, mul(rate, lead)), 0, 1) }
  },
})

const heldIn = (context: LossContext | undefined): Tensor => {
  const slot = context?.slot as BeganState | undefined
  if (slot) return slot.k
  throw new Error(
    'began: its balance k is not in the context; play it in a game made by gan, whose step carries the slot',
  )
}

/**
 * The loss of BEGAN. The critic is an autoencoder and says how badly it reproduces a row. It minimises E D(x) - k E D(G(z)), the
 * generator E D(G(z)). The balance k, in a slot of the loss, starts at 0 and moves by rate * (gamma E D(x) - E D(G(z))) after each
 * step, within [0, 1]: the critic looks at fakes as much as holds their error at gamma times that of data. Not zero-sum. E D(x) +
 * |gamma E D(x) - E D(G(z))|, of the logged `real` and `fake`, tells how far training has come.
 * The best critic for a given k is 0 where p > k q; where p < k q its cost has no minimum, and only what the autoencoder can do ends it.
 * real, fake: energies [n], as `autoencoding` gives them. k moves by the fakes that the critic saw last in the step.
 * Source: Berthelot et al. 2017 (arXiv 1703.10717), section 3.4. Throws on a gamma outside [0, 1] and a rate that is not positive; when played
 * without its slot.
 */
export function began({ gamma = 0.5, rate = 0.001 }: BeganOptions = {}): Loss {
  if (!(gamma >= 0 && gamma <= 1))
    throw new Error(`began: gamma must lie in [0, 1], got ${gamma}; .3 to .7 are usual`)
  checkNumber('began: rate', rate, { positive: true, hint: '.001 is usual' })
  return {
    outputs: 'energies',
    slot: balance(gamma, rate),
    critic: (real, fake, context) => sub(mean(real), mul(heldIn(context), mean(fake))),
    generator: fake => mean(fake) as Scalar,
  }
}
