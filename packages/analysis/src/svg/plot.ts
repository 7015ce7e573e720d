import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale'
import { escapeText, px } from './text.ts'

/** An axis of a plot. */
export interface Axis {
  readonly domain: readonly [low: number, high: number]
  /** What is on it, with its unit. */
  readonly label?: string
  /** `log` needs a positive domain; `linear` unless given. */
  readonly scale?: 'linear' | 'log' | 'symlog'
  /** Where to put numbers; about five round places unless given. */
  readonly ticks?: readonly number[]
  /** How a number is written there. */
  readonly format?: (value: number) => string
}

/** Where things are in a plot, in pixels. */
export interface Place {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Something drawn in a plot: SVG elements, given where things are. */
export type Mark = (place: Place) => string

/** An entry of a plot's legend. */
export interface LegendEntry {
  readonly name: string
  readonly color: string
  readonly dash?: string
}

/** A picture with two axes. */
export interface PlotOptions {
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: readonly Mark[]
  readonly legend?: readonly LegendEntry[]
  /** Size of the whole picture in pixels, 420 x 320 unless given. */
  readonly width?: number
  readonly height?: number
}

/** A finished picture: SVG elements without the element around them, and their size. */
export interface Picture {
  readonly body: string
  readonly width: number
  readonly height: number
}

/** Colours that are told apart by colour-blind readers and in print. Source: Okabe and Ito 2008. */
export const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#444444'] as const

const INK = '#222222'
const SOFT = '#666666'
const RULE = '#e4e4e4'
const CHARACTER = 6.1

function scaleOf({ domain, scale = 'linear' }: Axis, who: string) {
  const [low, high] = domain
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
    throw new Error(`plot: expected an increasing ${who} domain of finite numbers, got [${domain}]`)
  if (scale === 'log' && !(low > 0))
    throw new Error(`plot: a logarithmic ${who} axis needs a positive domain, got [${domain}]; use symlog`)
  return (scale === 'log' ? scaleLog() : scale === 'symlog' ? scaleSymlog() : scaleLinear()).domain([
    low,
    high,
  ])
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹'
/** Powers of ten as such. */
const power = (value: number): string => {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= -2 && exponent <= 3) return `${value}`
  return `10${exponent < 0 ? '⁻' : ''}${[...`${Math.abs(exponent)}`].map(d => SUPERSCRIPT[Number(d)]).join('')}`
}

function ticksOf(axis: Axis, scale: ReturnType<typeof scaleOf>): { value: number; label: string }[] {
  const { ticks, format, domain } = axis
  if (axis.scale === 'log' && !ticks) {
    const [first, last] = domain.map(Math.log10) as [number, number]
    const every = Math.max(1, Math.ceil((last - first) / 6))
    const powers: number[] = []
    for (let e = Math.ceil(first - 1e-9); e <= last + 1e-9; e++) if (e % every === 0) powers.push(10 ** e)
    return powers.map(value => ({ value, label: (format ?? power)(value) }))
  }
  const write = format ?? scale.tickFormat(5)
  return (ticks ?? scale.ticks(5)).map(value => ({
    value,
    label: write(value).replace('-', '−').replace('−−', '−'),
  }))
}

/** Draws axes, marks (cut off at the frame) and, above the frame, title and legend. */
export function plot({ title, x, y, marks, legend = [], width = 420, height = 320 }: PlotOptions): Picture {
  const [sx, sy] = [scaleOf(x, 'x'), scaleOf(y, 'y')]
  const [tx, ty] = [ticksOf(x, sx), ticksOf(y, sy)]
  const widest = Math.max(0, ...ty.map(t => t.label.length)) * CHARACTER
  const left = 12 + widest + (y.label ? 20 : 0)
  // Half of a number at the right end hangs over.
  const right = width - Math.max(14, ((tx.at(-1)?.label.length ?? 0) * CHARACTER) / 2 + 4)
  const rows = rowsOf(legend, right - left)
  const top = 10 + (title ? 20 : 0) + rows.length * 17
  const bottom = height - 24 - (x.label ? 19 : 0)
  sx.range([left, right])
  sy.range([bottom, top])
  const place: Place = { x: v => sx(v), y: v => sy(v), left, right, top, bottom }
  const clip = `c${hash(`${title}${x.domain}${y.domain}${width}${height}${marks.length}${x.label}${y.label}`)}`
  const body = [
    title ? text(left, 20, title, { weight: 600, size: 13, fill: INK }) : '',
    ...rows.flatMap((row, r) =>
      row.map(({ entry, at }) => {
        const base = (title ? 37 : 17) + r * 17
        return (
          `<line x1="${px(left + at)}" x2="${px(left + at + 18)}" y1="${base - 4}" y2="${base - 4}" stroke="${entry.color}" stroke-width="2"${entry.dash ? ` stroke-dasharray="${entry.dash}"` : ''}/>` +
          text(left + at + 23, base, entry.name, { fill: INK })
        )
      }),
    ),
    ...tx.map(
      ({ value, label }) =>
        `<line x1="${px(sx(value))}" x2="${px(sx(value))}" y1="${px(top)}" y2="${px(bottom)}" stroke="${RULE}"/>` +
        text(sx(value), bottom + 16, label, { anchor: 'middle' }),
    ),
    ...ty.map(
      ({ value, label }) =>
        `<line x1="${px(left)}" x2="${px(right)}" y1="${px(sy(value))}" y2="${px(sy(value))}" stroke="${RULE}"/>` +
        text(left - 6, sy(value) + 4, label, { anchor: 'end' }),
    ),
    `<clipPath id="${clip}"><rect x="${px(left)}" y="${px(top)}" width="${px(right - left)}" height="${px(bottom - top)}"/></clipPath>`,
    `<g clip-path="url(#${clip})">${marks.map(mark => mark(place)).join('\n')}</g>`,
    `<rect x="${px(left)}" y="${px(top)}" width="${px(right - left)}" height="${px(bottom - top)}" fill="none" stroke="${SOFT}"/>`,
    x.label ? text((left + right) / 2, height - 8, x.label, { anchor: 'middle', fill: INK }) : '',
    y.label
      ? `<g transform="translate(14 ${px((top + bottom) / 2)}) rotate(-90)">${text(0, 0, y.label, { anchor: 'middle', fill: INK })}</g>`
      : '',
  ]
  return { body: body.filter(part => part !== '').join('\n'), width, height }
}

/** Legend entries in rows that fit. */
function rowsOf(legend: readonly LegendEntry[], width: number) {
  const rows: { entry: LegendEntry; at: number }[][] = []
  let at = 0
  for (const entry of legend) {
    const needs = 23 + entry.name.length * CHARACTER + 14
    if (rows.length === 0 || at + needs - 14 > width) {
      rows.push([])
      at = 0
    }
    rows.at(-1)!.push({ entry, at })
    at += needs
  }
  return rows
}

/** A line of text at (x, y), its baseline. */
export const text = (
  x: number,
  y: number,
  content: string,
  { anchor = 'start', fill = SOFT, size = 11.5, weight = 400 } = {},
): string =>
  `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${fill}" font-size="${size}"${weight === 400 ? '' : ` font-weight="${weight}"`}>${escapeText(content)}</text>`

/** A short name that depends on a text alone (FNV-1a), for ids that must differ within a page. */
function hash(of: string): string {
  let h = 0x811c9dc5
  for (let i = 0; i < of.length; i++) h = Math.imul(h ^ of.charCodeAt(i), 0x01000193)
  return (h >>> 0).toString(36)
}

/** Pictures side by side, in rows of `columns`. */
export function grid(pictures: readonly Picture[], columns = pictures.length): Picture {
  if (pictures.length === 0 || !Number.isInteger(columns) || columns < 1)
    throw new Error(
      `grid: expected at least one picture and one column, got ${pictures.length} and ${columns}`,
    )
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, r) =>
    pictures.slice(r * columns, (r + 1) * columns),
  )
  let [body, top, width] = ['', 0, 0]
  for (const row of rows) {
    let left = 0
    for (const picture of row) {
      body += `<g transform="translate(${px(left)} ${px(top)})">\n${picture.body}\n</g>\n`
      left += picture.width
    }
    width = Math.max(width, left)
    top += Math.max(...row.map(p => p.height))
  }
  return { body: body.trimEnd(), width, height: top }
}

/**
 * A picture as an SVG file, on white so that it reads on any page. `description` is what a reader who cannot see it is told. No scripts, no
 * fonts of its own.
 */
export const svg = ({ body, width, height }: Picture, description: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img" aria-label="${escapeText(description)}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">
<rect width="${px(width)}" height="${px(height)}" fill="#ffffff"/>
${body}
</svg>
`
