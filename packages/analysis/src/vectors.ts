import { fromLeaves, leaves, type Params, type Tree } from '@equilibria/core'
import { reshape, slice, type Tensor, tensor1d } from '@tensorflow/tfjs-core'

/** A vector on the host, in double precision. */
export type Vector = Float64Array

/** The inner product of two vectors of one length. */
export function dot(x: Vector, y: Vector): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

/** The length of a vector. */
export const norm = (x: Vector): number => Math.sqrt(dot(x, x))

/** All numbers of a tree of tensors, one leaf after the other in the order of `leaves`: one vector for one point of a game. */
export async function numbersOf(tree: Tree): Promise<Vector> {
  const parts = await Promise.all(leaves<Tensor>(tree).map(t => t.data()))
  return concatenated(parts)
}

/** Lists of numbers, one after the other. */
export function concatenated(parts: readonly ArrayLike<number>[]): Vector {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Tensors of the structure and shapes of `like` that hold the numbers of a vector; they belong to the caller. */
export function treeOf<T extends Params>(like: T, numbers: Vector): T {
  const shapes = leaves<Tensor>(like)
  const size = shapes.reduce((n, t) => n + t.size, 0)
  if (numbers.length !== size)
    throw new Error(`a tree of ${size} numbers cannot hold a vector of ${numbers.length}`)
  const all = tensor1d(Float32Array.from(numbers))
  let at = 0
  const parts = shapes.map(t => {
    const part = reshape(slice(all, at, t.size), t.shape)
    at += t.size
    return part
  })
  all.dispose()
  return fromLeaves(like, parts) as T
}
