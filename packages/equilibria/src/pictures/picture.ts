import { encodeGrid } from '@equilibria/datasets'
import { scatter } from './scatter.ts'

/** Rows as host numbers, flat. */
export interface HostRows {
  readonly data: Float32Array
  /** [n, ...row shape]. */
  readonly shape: readonly number[]
}

/** What a picture may show besides the samples. */
export interface PictureOptions {
  /** What plotted points span. */
  readonly range?: readonly [low: number, high: number]
  /** Real points, drawn below the generated ones. */
  readonly real?: HostRows
  readonly columns?: number | undefined
}

/** How many samples a picture shows, and in how many columns: a column for each class where there are few, points by the thousand. */
export const layoutOf = (
  shape: readonly number[],
  classes?: number | undefined,
): { readonly n: number; readonly columns?: number } => {
  if (shape.length !== 3) return { n: 1024 }
  return classes !== undefined && classes > 1 && classes <= 16
    ? { n: classes * 8, columns: classes }
    : { n: 64, columns: 8 }
}

/** Whether rows of this shape can be shown: grey or colour images, or points in the plane. */
export const canPicture = (shape: readonly number[]): boolean =>
  (shape.length === 3 && (shape[2] === 1 || shape[2] === 3)) || (shape.length === 1 && shape[0] === 2)

/**
 * A picture of samples as a PNG: a grid of images [n, h, w, 1 or 3], or points [n, 2] in blue over real ones in grey.
 * Throws on rows of other shapes.
 */
export function picture(rows: HostRows, { range = [-1, 1], real, columns }: PictureOptions = {}): Uint8Array {
  const shape = rows.shape.slice(1)
  if (!canPicture(shape))
    throw new Error(
      `rows of shape [${shape}] cannot be drawn: images [height, width, 1 or 3] and points [2] can; save them as numbers instead`,
    )
  if (shape.length === 3) return encodeGrid(rows, columns ? { columns } : {})
  const [low, high] = range
  const margin = (high - low) * 0.1
  return scatter(
    [
      ...(real ? [{ points: real.data, colour: [0.72, 0.72, 0.72] as const }] : []),
      { points: rows.data, colour: [0.12, 0.35, 0.85] as const },
    ],
    { range: [low - margin, high + margin] },
  )
}
