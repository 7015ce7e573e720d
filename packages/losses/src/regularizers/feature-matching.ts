import { checkNumber, type Regularizer, termMaker } from '@equilibria/core'
import { abs, add, mean, mul, type Scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Options of `featureMatching`. */
export interface FeatureMatchingOptions {
  weight?: number
  /** Which hidden layers of the critic are compared: the `last` one, which its last layer sees, or `all`, added up. */
  layers?: 'last' | 'all'
  /** `squares`: |E f(x) - E f(G(z))|^2, summed over features. `mean`: their mean absolute difference. */
  distance?: 'squares' | 'mean'
}

/**
 * Feature matching, a term of the generator: the means over a batch of the critic's hidden activations f shall be those of the
 * data. weight |E f(x) - E f(G(z))|^2.
 * Source: Salimans et al. 2016 (arXiv 1606.03498), section 3.1, where it stands in place of the generator's loss; here it is added.
 * Throws on a weight < 0 and unknown options; needs a critic with features.
 */
export const featureMatching = termMaker(
  'featureMatching',
  ({ weight = 1, layers = 'last', distance = 'squares' }: FeatureMatchingOptions = {}): Regularizer => {
    checkNumber('featureMatching: weight', weight)
    if (layers !== 'last' && layers !== 'all')
      throw new Error(`featureMatching: layers must be "last" or "all", got ${JSON.stringify(layers)}`)
    if (distance !== 'squares' && distance !== 'mean')
      throw new Error(
        `featureMatching: distance must be "squares" or "mean", got ${JSON.stringify(distance)}`,
      )
    const apart = (real: Tensor, fake: Tensor) => {
      const difference = sub(mean(real, 0), mean(fake, 0))
      return (distance === 'squares' ? sum(square(difference)) : mean(abs(difference))) as Scalar
    }
    const term: Regularizer = ({ features, real, fake }) => {
      const [ofReal, ofFake] = [features!(real), features!(fake)]
      const chosen = layers === 'all' ? [...ofReal.keys()] : [ofReal.length - 1]
      const distances = chosen.map(i => apart(ofReal[i]!, ofFake[i]!))
      return mul(
        weight,
        distances.reduce((a, b) => add(a, b)),
      ) as Scalar
    }
    return Object.assign(term, { needs: ['features' as const] })
  },
)
