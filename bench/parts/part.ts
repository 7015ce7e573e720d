import type { Column } from '../columns.ts'
import type { Options } from '../options.ts'
import type { Ready } from '../protocol.ts'
import type { Table } from '../table.ts'

/** What a part of the bench works with. */
export interface Given {
  readonly options: Options
  readonly columns: readonly Column[]
  /** Told what is being done. */
  readonly progress: (what: string) => void
  /** Told of every column that got ready. */
  readonly met: (column: string, ready: Ready) => void
}

/** What a part found: a table, and the numbers behind it. */
export interface Found {
  readonly table: Table
  readonly numbers: unknown
  /** The share of the machine that other programs used between turns: the median, where it was looked at. */
  readonly others?: number
}

/** A part of the bench. */
export type Part = (given: Given) => Promise<Found>
