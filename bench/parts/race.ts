import type { Task } from '../columns.ts'
import { inTurns, type Measured, startAll } from '../measure.ts'
import { median, summaries } from '../statistics.ts'
import { times } from '../table.ts'
import type { Found, Given } from './part.ts'

/** Something every column does in turns. */
export interface Heat {
  /** Head of its column of the table. */
  readonly head: string
  /** What asks a process for `count` units of it. */
  readonly command: (count: number) => string
  /** How the seconds of one unit are shown. */
  readonly show: (seconds: number) => string
}

/** Processes that are started together, and what they do. */
export interface Meeting extends Omit<Task, 'threads'> {
  readonly heats: readonly Heat[]
}

/** A table of what every column did in every heat, each with its ratio to eager PyTorch. */
export async function race(
  { options, columns, progress, met }: Given,
  title: string,
  meetings: readonly Meeting[],
): Promise<Found> {
  const results = new Map<Heat, readonly Measured[]>()
  for (const { model, batch, heats } of meetings) {
    progress(`${model}, batch ${batch}: starting ${columns.length} columns`)
    const field = await startAll(columns, { model, batch, threads: options.threads }, options.patience)
    try {
      for (const peer of field.peers) met(peer.column, peer.ready)
      for (const heat of heats) {
        progress(`${heat.head}: ${options.rounds} rounds of ${field.peers.length} columns`)
        const measured = await inTurns(field.peers, options, heat.command)
        results.set(heat, [...measured, ...field.absent])
        for (const { column, seconds, range } of summaries(measured))
          progress(
            `${heat.head}, ${column}: ${[seconds, ...range].map(heat.show).join(', ')} (middle, best, worst)`,
          )
      }
    } finally {
      await field.stop()
    }
  }
  const heats = [...results].map(([heat, measured]) => ({ heat, measured, summary: summaries(measured) }))
  const cell = (name: string, { heat, measured, summary }: (typeof heats)[number]) => {
    const found = summary.find(({ column }) => column === name)
    if (found)
      return `${heat.show(found.seconds)}${found.ratio === undefined ? '' : ` (${times(found.ratio)})`}`
    const why = measured.find(({ column }) => column === name)
    return { column: name, absent: why && 'absent' in why ? why.absent : 'no round was finished' }
  }
  const others = heats.flatMap(({ measured }) =>
    measured.flatMap(each => ('others' in each ? each.others : [])),
  )
  return {
    ...(others.length > 0 && { others: median(others) }),
    table: {
      title,
      columns: heats.map(({ heat }) => heat.head),
      rows: columns.map(({ name }) => [name, heats.map(each => cell(name, each))]),
    },
    numbers: Object.fromEntries(
      heats.map(({ heat, measured, summary }) => [heat.head, { measured, summary }]),
    ),
  }
}
