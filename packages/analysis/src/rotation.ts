import {
  checkCount,
  type Field,
  fold,
  type Key,
  key as keyOf,
  type Players,
  uniforms,
} from '@equilibria/core'
import { jacobianProducts } from './jacobian.ts'
import { share } from './split.ts'
import { dot, numbersOf } from './vectors.ts'

/** Options of `rotationEstimate`. */
export interface RotationOptions {
  /** How many random directions; the relative error falls with the root of it. */
  readonly directions?: number
  readonly key?: Key
  readonly salt?: number
}

/**
 * The rotation measure of `split` without the matrix, for networks: |A|^2 and |S|^2 are means of |Jv - J'v|^2 / 4 and |Jv + J'v|^2 / 4
 * over random vectors of signs. Two products for each direction.
 * Source: Hutchinson 1990 for the estimator; Balduzzi et al. 2018 (arXiv 1802.05642), lemma 1, for the split.
 * Throws unless there is at least one direction.
 */
export async function rotationEstimate<P extends Players>(
  field: Field<P>,
  at: P,
  { directions = 16, key = keyOf(0), salt = 0 }: RotationOptions = {},
): Promise<number> {
  checkCount('rotationEstimate: directions', directions)
  const { right, left } = jacobianProducts(field, at, salt)
  const size = (await numbersOf(at)).length
  let [turning, pulling] = [0, 0]
  for (let i = 0; i < directions; i++) {
    const v = Float64Array.from(uniforms(fold(key, i), size), u => (u < 0.5 ? -1 : 1))
    const [a, b] = [await right(v), await left(v)]
    const [plus, minus] = [a.map((x, j) => x + b[j]!), a.map((x, j) => x - b[j]!)]
    turning += dot(minus, minus)
    pulling += dot(plus, plus)
  }
  return share(turning, pulling)
}
