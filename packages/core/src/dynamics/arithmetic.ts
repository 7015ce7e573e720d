import { add, mul, type Scalar, sub, type Tensor, where, zerosLike } from '@tensorflow/tfjs-core'
import { mapTree, type Tree } from '../tree.ts'

/** y + a x, leaf by leaf. */
export const plus = <T extends Tree>(y: T, a: number | Scalar, x: T): T =>
  mapTree((p: Tensor, q: Tensor) => add(p, a === 1 ? q : mul(a, q)), y, x) as T

/** x - y, leaf by leaf. */
export const minus = <T extends Tree>(x: T, y: T): T =>
  mapTree((p: Tensor, q: Tensor) => sub(p, q), x, y) as T

/** a x, leaf by leaf. */
export const times = <T extends Tree>(a: number | Scalar, x: T): T =>
  mapTree((p: Tensor) => mul(a, p), x) as T

/** Zeros of a tree's structure. */
export const zerosOf = <T extends Tree>(x: T): T => mapTree((p: Tensor) => zerosLike(p), x) as T

/** `yes` where the mask, a boolean scalar, is true and `no` where it is not: whole leaves, and nothing of what was not chosen. */
export const choose = <T extends Tree>(mask: Scalar, yes: T, no: T): T =>
  mapTree((p: Tensor, q: Tensor) => where(mask, p, q), yes, no) as T
