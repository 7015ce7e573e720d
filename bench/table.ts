import type { Absent } from './peer.ts'

/** Cells by row and column of a table, filled as results come; a missing cell has its reason in a note below. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [name: string, cells: readonly (string | Absent)[]])[]
}

/** A table in Markdown, with a numbered note for each reason why a cell is empty. */
export function markdown({ title, columns, rows }: Table): string {
  const reasons: string[] = []
  const cell = (of: string | Absent) => {
    if (typeof of === 'string') return of
    if (!reasons.includes(of.absent)) reasons.push(of.absent)
    return `none [${reasons.indexOf(of.absent) + 1}]`
  }
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = [
    `## ${title}`,
    '',
    line(['', ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map(([name, cells]) => line([name, ...cells.map(cell)])),
  ]
  const notes = reasons.map((reason, i) => `${i + 1}. ${reason.replace(/\s+/g, ' ')}`)
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n')
}

/** A number with three digits that count. */
export const short = (x: number): string =>
  x >= 100 ? Math.round(x).toLocaleString('en-US') : x.toPrecision(3)

/** Seconds in a unit that suits them. */
export const duration = (seconds: number): string =>
  seconds >= 1 ? `${short(seconds)} s` : `${short(seconds * 1000)} ms`

/** `0.93x`, or nothing where there is nothing to compare with. */
export const times = (ratio: number | undefined): string =>
  ratio === undefined ? '' : `${ratio.toFixed(2)}x`
