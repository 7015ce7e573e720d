import type { Picture } from '@equilibria/analysis'

/** A figure of docs/figures: what it shows, computed anew each time. */
export interface Figure {
  /** The file's name, without .svg. */
  readonly name: string
  readonly title: string
  /** Computed within seconds: a test makes it again and compares. */
  readonly quick: boolean
  draw(): Promise<Drawn>
}

/** A drawn figure. */
export interface Drawn {
  readonly picture: Picture
  /** For readers who cannot see it. */
  readonly description: string
  /** Markdown below the picture: what to see in it, and the numbers. */
  readonly text: string
}

/** A number for a table: four digits, a true minus sign. */
export const number = (x: number, digits = 4): string =>
  (Math.abs(x) >= 1e-3 || x === 0) && Math.abs(x) < 1e4
    ? x.toFixed(digits).replace('-', '−')
    : x
        .toExponential(1)
        .replace('e-', ' · 10^−')
        .replace('e+', ' · 10^')
        .replace(/\^(−?)(\d+)/, (_, sign, d) => `<sup>${sign}${d}</sup>`)
        .replace(/^-/, '−')

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
