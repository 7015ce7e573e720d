import { checkNumber, fold, type Key, type Regularizer, termMaker } from '@equilibria/core'
import { add, mean, mul, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { type Augmentation, flipAndShift } from '../augmentations/flip-and-shift.ts'

/** Options of `consistency`. */
export interface ConsistencyOptions {
  /** Lambda. */
  weight?: number
  /** T, a change of rows that changes nothing of what they show; `flipAndShift()` unless given. */
  augmentation?: Augmentation
}

/** E(D(x) - D(T(x)))^2. */
const unlikeness = (critic: (x: Tensor) => Tensor, x: Tensor, augment: Augmentation, key: Key) =>
  mean(square(sub(critic(x), critic(augment(x, key)))))

/**
 * Consistency regularization (CR): weight E(D(x) - D(T(x)))^2 over real rows x, T a keyed augmentation: the critic shall not
 * see what the augmentation does. Source: Zhang et al. 2020 (CR-GAN, arXiv 1910.12027), on the last layer alone, weight 10.
 * Throws on a weight < 0.
 */
export const consistency = termMaker(
  'consistency',
  ({ weight = 10, augmentation = flipAndShift() }: ConsistencyOptions = {}): Regularizer => {
    checkNumber('consistency: weight', weight, { hint: '10 is usual' })
    return ({ critic, real, key }) =>
      mul(weight, unlikeness(critic, real, augmentation, fold(key, 'consistency'))) as Scalar
  },
)

/** Options of `balancedConsistency`. */
export interface BalancedConsistencyOptions {
  /** Lambda for real rows. */
  real?: number
  /** Lambda for generated rows. */
  fake?: number
  /** T, as in `consistency`. */
  augmentation?: Augmentation
}

/**
 * Balanced consistency regularization (bCR): real E(D(x) - D(T(x)))^2 + fake E(D(G(z)) - D(T(G(z))))^2, so that the generator
 * does not learn the augmentation. Fakes are not detached: it belongs among the critic's terms.
 * Source: Zhao et al. 2021 (ICR, arXiv 2002.04724), algorithm 1. Throws on a weight < 0.
 */
export const balancedConsistency = termMaker(
  'balancedConsistency',
  ({
    real: onReal = 10,
    fake: onFake = 10,
    augmentation = flipAndShift(),
  }: BalancedConsistencyOptions = {}): Regularizer => {
    checkNumber('balancedConsistency: real', onReal, { hint: '10 is usual' })
    checkNumber('balancedConsistency: fake', onFake, { hint: '10 is usual' })
    return ({ critic, real, fake, key }) => {
      const of = (rows: Tensor, name: string) =>
        unlikeness(critic, rows, augmentation, fold(fold(key, 'balancedConsistency'), name))
      return add(mul(onReal, of(real, 'real')), mul(onFake, of(fake, 'fake'))) as Scalar
    }
  },
)
