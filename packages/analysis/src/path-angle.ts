import { type Field, mapTree, type Players, release, scoped } from '@equilibria/core'
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import { fieldVector } from './jacobian.ts'
import { dot, norm, numbersOf } from './vectors.ts'

/** What the field does at one place of a path. */
export interface PathPoint {
  /** 0 at the first point, 1 at the second. */
  readonly alpha: number
  /** The cosine of the angle between the path and the field, from -1 to 1; NaN where the field vanishes. */
  readonly angle: number
  /** The length of the field. */
  readonly norm: number
}

/** Options of `pathAngle`. */
export interface PathAngleOptions {
  /** Where to look; 41 places from -0.1 to 1.3 unless given. */
  readonly alphas?: readonly number[]
  readonly salt?: number
}

/** Evenly spaced numbers, the ends included. */
export const spaced = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/**
 * Path-angle and path-norm: along the straight line from one point of a game to another (the end of training), the cosine between the line
 * and the field of gradients, and the field's length. Descent moves against the field, so at a point that attracts the cosine jumps from -1
 * to 1. Where the field only turns it stays at 0, with a bump where the line passes the equilibrium at a distance; attraction with rotation
 * is a jump with a bump.
 * Source: Berard et al. 2020 (arXiv 1906.04848), path-angle and path-norm.
 * Throws if the two points are one.
 */
export async function pathAngle<P extends Players>(
  field: Field<P>,
  from: P,
  to: P,
  { alphas = spaced(-0.1, 1.3, 41), salt = 0 }: PathAngleOptions = {},
): Promise<PathPoint[]> {
  const way = scoped(() => mapTree((b: Tensor, a: Tensor) => sub(b, a), to, from)) as P
  const direction = await numbersOf(way)
  const length = norm(direction)
  if (!(length > 0)) {
    release(way)
    throw new Error(
      'pathAngle: the two points are the same, so there is no path; take the beginning and the end of a run',
    )
  }
  const found: PathPoint[] = []
  for (const alpha of alphas) {
    const at = scoped(() => mapTree((a: Tensor, w: Tensor) => add(a, mul(alpha, w)), from, way)) as P
    const v = await fieldVector(field, at, salt)
    release(at)
    found.push({ alpha, angle: dot(direction, v) / (length * norm(v)), norm: norm(v) })
  }
  release(way)
  return found
}
