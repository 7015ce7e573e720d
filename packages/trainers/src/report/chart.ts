import { figure } from '../loggers/format.ts'
import { type Scale, stepScale, valueScale } from './scale.ts'
import { escapeText } from './text.ts'

/** One line of a chart: values by step. Values that are not finite leave gaps. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [step: number, value: number])[]
}

const WIDTH = 640
const HEIGHT = 300
const BOX = { left: 58, right: 24, top: 12, bottom: 34 }
const PLOT = { width: WIDTH - BOX.left - BOX.right, height: HEIGHT - BOX.top - BOX.bottom }
/** Columns in which points are gathered: more cannot be told apart. */
const COLUMNS = 280
/** From this many points on, a smoothed line is drawn over the values. */
const SMOOTH_FROM = 40
/** Colours are numbered; the page's style gives them, for light and dark. */
export const COLORS = 6

const px = (n: number) => Number(n.toFixed(1)).toString()
const finite = (points: Series['points']) => points.filter(([, value]) => Number.isFinite(value))

/** The lowest and highest point of each column, so that spikes survive. */
export function thin(points: Series['points'], columns = COLUMNS): Series['points'] {
  if (points.length <= 2 * columns) return points
  const per = points.length / columns
  const kept: (readonly [number, number])[] = []
  for (let c = 0; c < columns; c++) {
    const slice = points.slice(Math.floor(c * per), Math.floor((c + 1) * per))
    const ordered = [...slice].sort((a, b) => a[1] - b[1])
    const ends = [ordered[0]!, ordered.at(-1)!].sort((a, b) => a[0] - b[0])
    kept.push(ends[0]!, ...(ends[1] === ends[0] ? [] : [ends[1]!]))
  }
  return kept
}

const median = (values: number[]): number => {
  const sorted = values.sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Point i becomes `f` of the values around it, over about a thirtieth of the points. */
const around = (points: Series['points'], f: (values: number[]) => number): Series['points'] => {
  const reach = Math.max(1, Math.round(points.length / 60))
  return points.map(([step], i) => {
    const near = points.slice(Math.max(0, i - reach), i + reach + 1)
    return [step, f(near.map(([, value]) => value))] as const
  })
}

/** The trend of a noisy line: medians of neighbouring points, which no spike moves, then their means. */
export function smooth(points: Series['points']): Series['points'] {
  const per = Math.max(1, points.length / (2 * COLUMNS))
  const groups = Array.from({ length: Math.floor(points.length / per) }, (_, c) =>
    points.slice(Math.floor(c * per), Math.floor((c + 1) * per)),
  )
  const few = groups.map(g => [g[g.length >> 1]![0], median(g.map(([, value]) => value))] as const)
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  return around(around(few, median), mean)
}

const path = (points: Series['points'], x: Scale, y: Scale): string =>
  points
    .map(([step, value], i) => {
      const [px0, py0] = [BOX.left + x.at(step) * PLOT.width, BOX.top + (1 - y.at(value)) * PLOT.height]
      return `${i === 0 ? 'M' : 'L'}${px(px0)} ${px(Math.max(-HEIGHT, Math.min(2 * HEIGHT, py0)))}`
    })
    .join('')

const line = (series: Series, color: number, x: Scale, y: Scale): string => {
  const points = finite(series.points)
  if (points.length === 1) {
    const [step, value] = points[0]!
    return `<circle class="c${color} dot" cx="${px(BOX.left + x.at(step) * PLOT.width)}" cy="${px(BOX.top + (1 - y.at(value)) * PLOT.height)}" r="3"/>`
  }
  const raw = path(thin(points), x, y)
  if (points.length < SMOOTH_FROM) return `<path class="c${color}" d="${raw}"/>`
  return `<path class="c${color} raw" d="${raw}"/><path class="c${color}" d="${path(smooth(points), x, y)}"/>`
}

/** A line chart over training steps as an SVG element with axes and legend. Text is escaped. `id` must be unique in the page. */
export function chart(title: string, series: readonly Series[], id: string): string {
  const all = series.flatMap(s => finite(s.points))
  if (all.length === 0) return ''
  const steps = all.map(([step]) => step)
  const x = stepScale(
    steps.reduce((a, b) => Math.min(a, b)),
    steps.reduce((a, b) => Math.max(a, b)),
  )
  const y = valueScale(all.map(([, value]) => value))
  const bottom = BOX.top + PLOT.height
  const horizontal = y.ticks.map(({ value, label }) => {
    const at = px(BOX.top + (1 - y.at(value)) * PLOT.height)
    const zero = value === 0 ? ' class="zero"' : ''
    return `<line${zero} x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${at}" y2="${at}"/><text x="${BOX.left - 8}" y="${at}" dy=".35em" text-anchor="end">${escapeText(label)}</text>`
  })
  const vertical = x.ticks.map(({ value, label }) => {
    const at = px(BOX.left + x.at(value) * PLOT.width)
    return `<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text x="${at}" y="${bottom + 17}" text-anchor="middle">${escapeText(label)}</text>`
  })
  const legend = series.map((s, i) => {
    const last = finite(s.points).at(-1)
    return `<li><span class="key k${i % COLORS}"></span>${escapeText(s.name)}${last ? ` <b>${figure(last[1])}</b>` : ''}</li>`
  })
  const remarks = [
    ...(y.log ? ['logarithmic'] : []),
    ...(y.outside > 0 ? [`${y.outside} spike${y.outside === 1 ? '' : 's'} cut off`] : []),
  ]
  return `<figure class="chart">
<figcaption><h3>${escapeText(title)}${remarks.length > 0 ? ` <small>${remarks.join(', ')}</small>` : ''}</h3><ul>${legend.join('')}</ul></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(`${title} over training steps`)}">
<clipPath id="${escapeText(id)}"><rect x="${BOX.left}" y="${BOX.top}" width="${PLOT.width}" height="${PLOT.height}"/></clipPath>
<g class="grid">${horizontal.join('')}</g>
<g class="axis"><line x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${bottom}" y2="${bottom}"/>${vertical.join('')}<text x="${WIDTH - BOX.right}" y="${HEIGHT - 2}" text-anchor="end">step</text></g>
<g class="lines" clip-path="url(#${escapeText(id)})">${series.map((s, i) => line(s, i % COLORS, x, y)).join('')}</g>
</svg></figure>`
}
