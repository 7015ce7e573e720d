import type { Loss } from '@equilibria/core'
import { add, mean, neg, softplus } from '@tensorflow/tfjs-core'

/** Non-saturating logistic loss (Goodfellow et al. 2014, section 3). */
export const logistic = (): Loss => ({
  critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))),
  generator: fake => mean(softplus(neg(fake))),
})
