import { checkNumber, type Regularizer, termMaker } from '@equilibria/core'
import { add, mean, mul, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { averages, type Scalars } from './averages.ts'

/** Options of `leCam`. */
export interface LeCamOptions {
  /** Lambda. */
  weight?: number
  /** Of the moving averages. */
  decay?: number
}

/**
 * LeCam: weight (E(D(x) - aF)^2 + E(D(G(z)) - aR)^2), where aR and aF are moving averages of the critic's mean outputs for real and
 * generated rows, held in the term's slot; a <- decay a + (1 - decay) mean after each step, from 0. For learning from little
 * data, where a critic that knows its rows by heart says ever larger things of them.
 * Source: Tseng et al. 2021 (arXiv 2104.03310), R_LC; the released code also clips each difference at 0.
 * Throws on a weight < 0 and a decay outside [0, 1).
 */
export const leCam = termMaker('leCam', ({ weight = 0.3, decay = 0.99 }: LeCamOptions = {}): Regularizer => {
  checkNumber('leCam: weight', weight, { hint: '.1 to 1 are usual' })
  const memory = averages('leCam', decay, ['real', 'fake'])
  const term: Regularizer = ({ onReal, onFake, slot }) => {
    const anchors = slot as Scalars
    const [real, fake] = [onReal(), onFake()]
    const apart = (logits: Tensor, anchor: Tensor) => mean(square(sub(logits, anchor)))
    return {
      cost: mul(weight, add(apart(real, anchors.fake!), apart(fake, anchors.real!))) as Scalar,
      aux: { real: mean(real), fake: mean(fake) },
    }
  }
  return Object.assign(term, { slot: memory })
})
