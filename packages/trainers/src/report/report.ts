import type { LogEntry } from '../loggers/logger.ts'
import { chart } from './chart.ts'
import { curvesOf } from './curves.ts'
import { STYLE } from './style.ts'
import { base64, escapeText } from './text.ts'

/** A picture in a report: a PNG file with a line about it. */
export interface ReportImage {
  readonly caption: string
  readonly png: Uint8Array
}

/** A table in a report; numbers are set to the right. */
export interface ReportTable {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** What a report shows. */
export interface ReportParts {
  readonly title: string
  /** A sentence under the title. */
  readonly subtitle?: string
  /** Short facts, by name: steps, time, parameters. */
  readonly facts?: { readonly [name: string]: string | number }
  /** The log of the run. */
  readonly curves?: readonly LogEntry[]
  /** The first is shown large. */
  readonly images?: readonly ReportImage[]
  readonly tables?: readonly ReportTable[]
  /** What its reader should know: why it ran eagerly, what failed. */
  readonly notes?: readonly string[]
}

const section = (title: string, body: string) =>
  body === '' ? '' : `<section><h2>${escapeText(title)}</h2>${body}</section>`

const factList = (facts: NonNullable<ReportParts['facts']>) => {
  const items = Object.entries(facts).map(
    ([name, value]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(String(value))}</dd></div>`,
  )
  return items.length === 0 ? '' : `<dl class="facts">${items.join('')}</dl>`
}

const gallery = (images: readonly ReportImage[]) =>
  images.length === 0
    ? ''
    : `<div class="images">${images
        .map(
          ({ caption, png }, i) =>
            `<figure class="card${i === 0 ? ' large' : ''}"><img src="data:image/png;base64,${base64(png)}" alt="${escapeText(caption)}"><figcaption>${escapeText(caption)}</figcaption></figure>`,
        )
        .join('')}</div>`

const table = ({ title, head, rows }: ReportTable) => {
  // A column is set to the right if every value in it is a number.
  const numeric = head.map((_, c) => rows.length > 0 && rows.every(row => typeof row[c] === 'number'))
  const cell = (tag: 'td' | 'th', text: string | number | undefined, c: number) =>
    `<${tag}${numeric[c] ? ' class="number"' : ''}>${escapeText(String(text ?? ''))}</${tag}>`
  return section(
    title,
    `<div class="card scroll"><table><thead><tr>${head.map((h, c) => cell('th', h, c)).join('')}</tr></thead><tbody>${rows
      .map(row => `<tr>${head.map((_, c) => cell('td', row[c], c)).join('')}</tr>`)
      .join('')}</tbody></table></div>`,
  )
}

const noteList = (notes: readonly string[]) =>
  notes.length === 0
    ? ''
    : `<ul class="notes">${notes.map(text => `<li>${escapeText(text)}</li>`).join('')}</ul>`

/**
 * A run on one page: a single HTML file without scripts or requests, for reading, mailing and printing. All text is escaped.
 */
export function renderReport({
  title,
  subtitle,
  facts = {},
  curves = [],
  images = [],
  tables = [],
  notes = [],
}: ReportParts): string {
  const charts = curvesOf(curves).map((c, i) => chart(c.title, c.series, `plot${i}`))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<header><h1>${escapeText(title)}</h1>${subtitle ? `<small>${escapeText(subtitle)}</small>` : ''}${factList(facts)}</header>
${section('Samples', gallery(images))}
${section('Curves', charts.length === 0 ? '' : `<div class="charts">${charts.join('\n')}</div>`)}
${tables.map(table).join('\n')}
${section('Notes', noteList(notes))}
<footer>Made with Equilibria</footer>
</main></body>
</html>
`
}
