import { contours } from 'd3-contour'
import { type Mark, type Place, text } from './plot.ts'
import { px } from './text.ts'

/** A point of a plot. */
export type Point = readonly [x: number, y: number]

/** How a mark is drawn. */
export interface Stroke {
  readonly color?: string
  readonly width?: number
  readonly dash?: string
  readonly opacity?: number
}

const strokeOf = ({ color = '#222222', width = 1.6, dash, opacity }: Stroke): string =>
  `stroke="${color}" stroke-width="${width}"${dash ? ` stroke-dasharray="${dash}"` : ''}${opacity === undefined ? '' : ` opacity="${opacity}"`}`

const seen = (p: Point, place: Place): Point => [place.x(p[0]), place.y(p[1])]

/** A line through points; those that are not finite leave gaps. Points closer than half a pixel to the last one are left out. */
export const line =
  (points: readonly Point[], stroke: Stroke = {}): Mark =>
  place => {
    let [d, last] = ['', undefined as Point | undefined]
    for (const [i, point] of points.entries()) {
      const at = seen(point, place)
      if (!at.every(Number.isFinite)) {
        last = undefined
        continue
      }
      // Far outside the frame numbers mean nothing and files grow.
      const [x, y] = at.map(v => Math.max(-9999, Math.min(9999, v))) as [number, number]
      if (last && i < points.length - 1 && Math.hypot(x - last[0], y - last[1]) < 0.5) continue
      d += `${last ? 'L' : 'M'}${px(x)} ${px(y)}`
      last = [x, y]
    }
    return `<path d="${d}" fill="none" stroke-linejoin="round" ${strokeOf(stroke)}/>`
  }

/** The region between a curve and a height, filled. */
export const area =
  (points: readonly Point[], base: number, { color = '#222222', opacity = 0.15 }: Stroke = {}): Mark =>
  place => {
    const at = points.map(p => seen(p, place))
    const y = px(place.y(base))
    return `<path d="M${px(at[0]![0])} ${y}${at.map(([x, v]) => `L${px(x)} ${px(v)}`).join('')}L${px(at.at(-1)![0])} ${y}Z" fill="${color}" opacity="${opacity}"/>`
  }

/** Dots at points. */
export const dots =
  (points: readonly Point[], { color = '#222222', radius = 2, opacity = 1, hollow = false } = {}): Mark =>
  place =>
    `<g ${hollow ? `fill="#ffffff" stroke="${color}" stroke-width="1.5"` : `fill="${color}"`}${opacity === 1 ? '' : ` opacity="${opacity}"`}>${points
      .map(p => {
        const [x, y] = seen(p, place)
        return `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}"/>`
      })
      .join('')}</g>`

/** A cross, for an equilibrium. */
export const cross =
  (point: Point, { color = '#222222', size = 5 } = {}): Mark =>
  place => {
    const [x, y] = seen(point, place)
    return `<path d="M${px(x - size)} ${px(y)}L${px(x + size)} ${px(y)}M${px(x)} ${px(y - size)}L${px(x)} ${px(y + size)}" stroke="${color}" stroke-width="1.6"/>`
  }

/** A horizontal or vertical line across the plot. */
export const rule =
  (at: { readonly x: number } | { readonly y: number }, stroke: Stroke = {}): Mark =>
  ({ x, y, left, right, top, bottom }) => {
    const [a, b, c, d] = 'x' in at ? [x(at.x), x(at.x), top, bottom] : [left, right, y(at.y), y(at.y)]
    return `<line x1="${px(a)}" x2="${px(b)}" y1="${px(c)}" y2="${px(d)}" ${strokeOf({ color: '#999999', width: 1, ...stroke })}/>`
  }

/** Words at a point, moved by (dx, dy) pixels. */
export const note =
  (point: Point, content: string, { dx = 0, dy = 0, anchor = 'start', color = '#222222' } = {}): Mark =>
  place => {
    const [x, y] = seen(point, place)
    return text(x + dx, y + dy, content, { anchor, fill: color })
  }

/** An arrow of a vector field: where, and which way in the units of the axes. */
export interface Arrow {
  readonly at: Point
  readonly toward: Point
}

/**
 * Arrows of a vector field. All have one length on the page unless `scaled`, where the longest is `length` pixels: directions are read
 * easily, sizes are not. Where the field vanishes there is a dot.
 */
export const arrows =
  (field: readonly Arrow[], { color = '#8a97a6', length = 13, scaled = false } = {}): Mark =>
  place => {
    const onPage = field.map(({ at, toward }) => {
      const [x, y] = seen(at, place)
      // Through the axes' slopes, so that an arrow points where a trajectory goes on the page.
      const h = 1e-3
      const dx = (toward[0] * (place.x(at[0] + h) - place.x(at[0] - h))) / (2 * h)
      const dy = (toward[1] * (place.y(at[1] + h) - place.y(at[1] - h))) / (2 * h)
      return { x, y, dx, dy, size: Math.hypot(dx, dy) }
    })
    const longest = Math.max(...onPage.map(a => a.size), Number.MIN_VALUE)
    const paths = onPage.map(({ x, y, dx, dy, size }) => {
      if (size <= longest * 1e-6) return `M${px(x - 0.5)} ${px(y)}h1`
      const reach = scaled ? (length * size) / longest : length
      const [ux, uy] = [dx / size, dy / size]
      const [ex, ey] = [x + (ux * reach) / 2, y + (uy * reach) / 2]
      const head = Math.min(3.6, reach / 2)
      const wing = (side: number) =>
        `M${px(ex)} ${px(ey)}L${px(ex - head * (ux - side * 0.6 * uy))} ${px(ey - head * (uy + side * 0.6 * ux))}`
      return `M${px(x - (ux * reach) / 2)} ${px(y - (uy * reach) / 2)}L${px(ex)} ${px(ey)}${wing(1)}${wing(-1)}`
    })
    return `<path d="${paths.join('')}" fill="none" stroke="${color}" stroke-width="1"/>`
  }

/** A function of two numbers, on a grid over the frame, as coloured levels: bands from pale to dark. */
export const levels =
  (
    f: (x: number, y: number) => number,
    {
      domain,
      thresholds,
      colors,
      cells = 90,
      lines = true,
    }: {
      readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] }
      readonly thresholds: readonly number[]
      /** A colour for what lies above each threshold. */
      readonly colors: readonly string[]
      readonly cells?: number
      readonly lines?: boolean
    },
  ): Mark =>
  place => {
    const spread = ([low, high]: readonly [number, number], i: number) =>
      low + ((high - low) * (i + 0.5)) / cells
    const values: number[] = []
    for (let j = 0; j < cells; j++)
      for (let i = 0; i < cells; i++) values.push(f(spread(domain.x, i), spread(domain.y, j)))
    const back = ([i, j]: number[]): Point => [
      domain.x[0] + ((domain.x[1] - domain.x[0]) * i!) / cells,
      domain.y[0] + ((domain.y[1] - domain.y[0]) * j!) / cells,
    ]
    return contours()
      .size([cells, cells])
      .thresholds([...thresholds])(values)
      .map((level, k) => {
        const d = level.coordinates
          .flat()
          .map(
            ring =>
              `${ring
                .map((p, i) => {
                  const [x, y] = seen(back(p), place)
                  return `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`
                })
                .join('')}Z`,
          )
          .join('')
        return d === ''
          ? ''
          : `<path d="${d}" fill="${colors[k] ?? 'none'}" fill-rule="evenodd"${lines ? ' stroke="#ffffff" stroke-width="0.6"' : ''}/>`
      })
      .join('')
  }
