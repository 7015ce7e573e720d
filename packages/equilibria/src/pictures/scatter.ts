import { encodeGrid } from '@equilibria/datasets'

/** Rows of points in the plane, flat: x0, y0, x1, y1, ... */
export interface Cloud {
  readonly points: ArrayLike<number>
  /** Red, green, blue, each 0 to 1. */
  readonly colour: readonly [number, number, number]
  /** Radius of a point in pixels. */
  readonly radius?: number
  /** How much of what lies below a point hides, 0 to 1. */
  readonly opacity?: number
}

/** How a scatter plot is laid out. */
export interface ScatterLayout {
  /** What the axes span, both the same. */
  readonly range: readonly [low: number, high: number]
  /** Width and height in pixels. */
  readonly size?: number
}

/** Clouds of points over each other, the first at the bottom, as the bytes of a PNG file. Points outside the range are left out. */
export function scatter(
  clouds: readonly Cloud[],
  { range: [low, high], size = 512 }: ScatterLayout,
): Uint8Array {
  const pixels = new Float32Array(size * size * 3).fill(1)
  const place = (v: number) => ((v - low) / (high - low)) * size
  for (const { points, colour, radius = 2.5, opacity = 0.6 } of clouds)
    for (let i = 0; i + 1 < points.length; i += 2) {
      const cx = place(points[i]!)
      const cy = size - place(points[i + 1]!)
      for (let y = Math.max(0, Math.floor(cy - radius - 1)); y < Math.min(size, cy + radius + 1); y++)
        for (let x = Math.max(0, Math.floor(cx - radius - 1)); x < Math.min(size, cx + radius + 1); x++) {
          // Coverage falls off over the pixel that the rim crosses.
          const cover =
            Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x + 0.5 - cx, y + 0.5 - cy))) * opacity
          for (let c = 0; c < 3; c++) {
            const at = (y * size + x) * 3 + c
            pixels[at] = pixels[at]! * (1 - cover) + (colour[c]! * 2 - 1) * cover
          }
        }
    }
  return encodeGrid({ data: pixels, shape: [1, size, size, 3] }, { scale: 1, gap: 0, columns: 1 })
}
