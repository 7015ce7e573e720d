import { type Absent, type Peer, start } from '../peer.ts'
import type { Found, Given } from './part.ts'

/** What one fresh process gave, a number for each name. */
export type Readings = { readonly [name: string]: number }

/** A table made by starting every column's process by itself, `times` times. */
export async function single(
  { options, columns, progress, met }: Given,
  {
    title,
    times,
    read,
    show,
  }: {
    readonly title: string
    readonly times: number
    readonly read: (peer: Peer) => Promise<Readings>
    readonly show: (readings: readonly Readings[]) => string
  },
): Promise<Found> {
  const one = async (name: string, model: string): Promise<readonly Readings[] | Absent> => {
    const column = columns.find(each => each.name === name)!
    const readings: Readings[] = []
    for (let i = 0; i < times; i++) {
      const peer = await start(
        column,
        { model, batch: options.batch, threads: options.threads },
        options.patience,
      )
      if ('absent' in peer) return peer
      met(peer.column, peer.ready)
      try {
        readings.push(await read(peer))
      } catch (e) {
        return { column: name, absent: e instanceof Error ? e.message : String(e) }
      } finally {
        await peer.stop()
      }
    }
    return readings
  }
  const rows: { name: string; cells: (readonly Readings[] | Absent)[] }[] = []
  for (const { name } of columns) {
    progress(name)
    const cells: (readonly Readings[] | Absent)[] = []
    for (const model of options.models) cells.push(await one(name, model))
    rows.push({ name, cells })
  }
  return {
    table: {
      title,
      columns: options.models,
      rows: rows.map(({ name, cells }) => [
        name,
        cells.map(cell => ('absent' in cell ? cell : show(cell as readonly Readings[]))),
      ]),
    },
    numbers: Object.fromEntries(
      rows.map(({ name, cells }) => [
        name,
        Object.fromEntries(options.models.map((model, i) => [model, cells[i]])),
      ]),
    ),
  }
}
