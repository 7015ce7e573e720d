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
 * eigenvalues returned are those of -J, as in the literature; `margin` is the rate of decay per unit of time.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 2.1; Nagarajan and Kolter 2017 (arXiv 1706.04156).
 */
export function flowStability(
  ofField: readonly Complex[],
  { tolerance = 1e-5 }: StabilityOptions = {},
): Stability {
  const eigenvalues = known(ofField, 'flowStability')
    .map(({ re, im }) => ({ re: 0 - re, im: 0 - im }))
    .sort((a, b) => b.re - a.re || b.im - a.im)
  const margin = 0 - eigenvalues[0]!.re
  return { verdict: decide(margin, tolerance), eigenvalues, margin }
}

/**
 * Local stability of a discrete dynamics at an equilibrium, from the eigenvalues of the Jacobian of its whole update map there
 * (`updateJacobian`): stable if all lie inside the unit circle, unstable if one lies outside. `margin` is 1 minus the spectral radius: errors
 * shrink by that share a step, in the end.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 2.1; Bertsekas 1999, proposition 4.4.1.
 */
export function stepStability(
  ofUpdate: readonly Complex[],
  { tolerance = 1e-5 }: StabilityOptions = {},
): Stability {
  const eigenvalues = [...known(ofUpdate, 'stepStability')].sort(
    (a, b) => modulus(b) - modulus(a) || b.im - a.im,
  )
  const margin = 1 - modulus(eigenvalues[0]!)
  return { verdict: decide(margin, tolerance), eigenvalues, margin }
}

function known(eigenvalues: readonly Complex[], who: string): readonly Complex[] {
  if (eigenvalues.length === 0) throw new Error(`${who}: expected at least one eigenvalue, got none`)
  return eigenvalues
}
