import {
  type Field,
  gameGradient,
  jacobianVector,
  type Matrix,
  type Players,
  release,
  scoped,
  vectorJacobian,
} from '@equilibria/core'
import type { Product } from './arnoldi.ts'
import { numbersOf, treeOf, type Vector } from './vectors.ts'

/** Reads a tree of tensors made by `f`, and releases it with all that was made on the way. */
async function reading<P extends Players>(f: () => P): Promise<Vector> {
  const tree = scoped(f)
  const numbers = await numbersOf(tree)
  release(tree)
  return numbers
}

/** The field at a point, all players' gradients one after the other. */
export const fieldVector = <P extends Players>(field: Field<P>, at: P, salt?: number): Promise<Vector> =>
  reading(() => gameGradient(field, at, salt))

/** The Jacobian of a field at a point as products, for `arnoldi`: `right` is v -> J v, `left` is v -> J' v. */
export const jacobianProducts = <P extends Players>(
  field: Field<P>,
  at: P,
  salt = 0,
): { readonly right: Product; readonly left: Product } => ({
  right: v => reading(() => jacobianVector(field, at, treeOf(at, v), { salt })),
  left: v => reading(() => vectorJacobian(field, at, treeOf(at, v), { salt })),
})

/**
 * The Jacobian J of a game's field at a point, dense: row i, column j is the derivative of the i-th number of the field in the j-th
 * parameter, all players' parameters one after the other in the order of `at` (blocks on the diagonal are the players' own
 * Hessians). One product with J for each parameter, so for small games: n parameters take n times a few evaluations of the costs.
 * Source: Mescheder et al. 2017 (arXiv 1705.10461), section 2; Balduzzi et al. 2018 (arXiv 1802.05642), section 2.
 */
export async function jacobian<P extends Players>(field: Field<P>, at: P, salt = 0): Promise<Matrix> {
  const { right } = jacobianProducts(field, at, salt)
  return fromColumns(right, (await numbersOf(at)).length)
}

/** The dense matrix behind products. */
export async function fromColumns(product: Product, size: number): Promise<Matrix> {
  const columns: Vector[] = []
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size)
    unit[j] = 1
    columns.push(await product(unit))
  }
  const rows = columns[0]?.length ?? 0
  return Array.from({ length: rows }, (_, i) => columns.map(column => column[i]!))
}
