import { costedBy, expectTerm, type Regularizer, termMaker } from '@equilibria/core'
import { mul, type Scalar, scalar } from '@tensorflow/tfjs-core'

/**
 * Lazy regularization: `term`, multiplied by k, at every k-th step (the k-th, the 2k-th, ...) and 0 at the others, so that its
 * mean over steps is that of `term` at a k-th of the price. Logs of steps that are multiples of k show it.
 * Source: Karras et al. 2020 (StyleGAN2, arXiv 1912.04958), appendix B. Throws on a k that is not a whole number >= 1, and on
 * what is no term.
 */
export const every = termMaker('every', (k: number, term: Regularizer): Regularizer => {
  if (!Number.isInteger(k) || k < 1)
    throw new Error(
      `every: k must be a whole number of steps >= 1, got ${k}; 1 computes the term at each step`,
    )
  if (typeof term !== 'function')
    throw new Error(`every: expected a term, such as every(${k}, r1(1)), got ${typeof term}`)
  expectTerm(`every(${k}, term)`, term)
  const lazy: Regularizer = scene => {
    if (!scene.clock.due(k)) return scalar(0)
    const { cost, ...rest } = costedBy(term, scene, `the term of every(${k}, term)`)
    return { ...rest, cost: mul(k, cost) as Scalar }
  }
  // What the term needs and carries, it still needs and carries.
  return Object.assign(lazy, term)
})
