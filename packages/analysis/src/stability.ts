import type { ArnoldiResult, Wanted } from './arnoldi.ts'
import { type Complex, modulus } from './eigenvalues.ts'

/** `marginal`: the eigenvalues do not decide, within the tolerance; what lies beyond first order does. */
export type Verdict = 'stable' | 'unstable' | 'marginal'

/** Whether an equilibrium draws in what is near it, and how fast. */
export interface Stability {
  readonly verdict: Verdict
  /** Of the linear system, the ones that decide first. */
  readonly eigenvalues: readonly Complex[]
  /** How far inside the stable region the outermost eigenvalue lies; negative outside. */
  readonly margin: number
}

/** What `flowStability` and `stepStability` count as zero. */
export interface StabilityOptions {
  readonly tolerance?: number
}

const decide = (margin: number, tolerance: number): Verdict =>
  margin > tolerance ? 'stable' : margin < -tolerance ? 'unstable' : 'marginal'

/**
 * Local stability of gradient play in continuous time, w' = -field(w), at an equilibrium, from the eigenvalues of the field's
 * Jacobian J there: stable if all eigenvalues of -J have negative real parts, unstable if one has a positive one. The
 * eigenvalues returned are those of -J, as in the literature; `margin` is the rate of decay per unit of time. `ofField` is all of J's
 * eigenvalues, or what `arnoldi` found of them at the end that decides: the leftmost of J, which are the rightmost of -J.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 2.1; Nagarajan and Kolter 2017 (arXiv 1706.04156).
 * Throws on no eigenvalues, and on a result of `arnoldi` for another end of the spectrum or that has not converged.
 */
export function flowStability(
  ofField: readonly Complex[] | ArnoldiResult,
  { tolerance = 1e-5 }: StabilityOptions = {},
): Stability {
  const eigenvalues = known(ofField, 'flowStability', 'leftmost')
    .map(({ re, im }) => ({ re: 0 - re, im: 0 - im }))
    .sort((a, b) => b.re - a.re || b.im - a.im)
  const margin = 0 - eigenvalues[0]!.re
  return { verdict: decide(margin, tolerance), eigenvalues, margin }
}

/**
 * Local stability of a discrete dynamics at an equilibrium, from the eigenvalues of the Jacobian of its whole update map there
 * (`updateJacobian`): stable if all lie inside the unit circle, unstable if one lies outside. `margin` is 1 minus the spectral radius: errors
 * shrink by that share a step, in the end. `ofUpdate` is all of its eigenvalues, or what `arnoldi` found of the largest.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 2.1; Bertsekas 1999, proposition 4.4.1.
 * Throws on no eigenvalues, and on a result of `arnoldi` for another end of the spectrum or that has not converged.
 */
export function stepStability(
  ofUpdate: readonly Complex[] | ArnoldiResult,
  { tolerance = 1e-5 }: StabilityOptions = {},
): Stability {
  const eigenvalues = [...known(ofUpdate, 'stepStability', 'largest')].sort(
    (a, b) => modulus(b) - modulus(a) || b.im - a.im,
  )
  const margin = 1 - modulus(eigenvalues[0]!)
  return { verdict: decide(margin, tolerance), eigenvalues, margin }
}

function known(given: readonly Complex[] | ArnoldiResult, who: string, decisive: Wanted): readonly Complex[] {
  if (!('wanted' in given)) {
    if (given.length === 0) throw new Error(`${who}: expected at least one eigenvalue, got none`)
    return given
  }
  // The rest of the spectrum is not known, and may hold what decides.
  if (given.wanted !== decisive)
    throw new Error(
      `${who}: the ${decisive} eigenvalues decide, got the ${given.wanted} ones: arnoldi(product, { wanted: '${decisive}', ... })`,
    )
  if (!given.converged)
    throw new Error(
      `${who}: arnoldi has not converged in ${given.products} products: give it a larger dimension, or a larger tolerance if its residuals are small enough`,
    )
  return given.values.map(({ value }) => value)
}
