import type { LogEntry } from '../loggers/logger.ts'
import type { Series } from './chart.ts'

/** A chart to draw. */
export interface Curves {
  readonly title: string
  readonly series: readonly Series[]
}

type Entries = readonly Pick<LogEntry, 'step' | 'stats'>[]

/** Names that mean one thing whoever reports them; what is left is a chart of its own. */
const OUTPUTS = ['real', 'fake']

/**
 * The curves of a run, from its log: the players' losses (their whole costs where they report no loss), what the critic says of
 * real and generated data, and every other statistic in a chart of its own.
 */
export function curvesOf(entries: Entries): Curves[] {
  const found = new Map<string, [player: string, stat: string]>()
  for (const { stats } of entries)
    for (const [player, own] of Object.entries(stats))
      for (const stat of Object.keys(own)) found.set(`${player}/${stat}`, [player, stat])
  const names = [...found.values()]
  const series = (player: string, stat: string, name: string): Series => ({
    name,
    points: entries.flatMap(({ step, stats }) => {
      const value = stats[player]?.[stat]
      return typeof value === 'number' ? [[step, value] as const] : []
    }),
  })
  const players = [...new Set(names.map(([player]) => player))]
  const losses = players.map(player => series(player, found.has(`${player}/loss`) ? 'loss' : 'cost', player))
  const outputs = names.filter(([, stat]) => OUTPUTS.includes(stat))
  // The generator's view of the same fakes says nothing new.
  const told = outputs.filter(([player]) => outputs.some(([p, stat]) => p === player && stat === 'real'))
  const shown = told.length > 0 ? told : outputs
  const several = new Set(shown.map(([player]) => player)).size > 1
  const rest = names.filter(([, stat]) => stat !== 'loss' && stat !== 'cost' && !OUTPUTS.includes(stat))
  const alone = [...new Set(rest.map(([, stat]) => stat))].map(stat => {
    const who = rest.filter(([, s]) => s === stat).map(([player]) => player)
    return { title: stat, series: who.map(player => series(player, stat, player)) }
  })
  return [
    { title: 'Losses', series: losses },
    {
      title: 'Critic outputs (mean)',
      series: shown.map(([player, stat]) =>
        series(player, stat, `${several ? `${player}: ` : ''}${stat === 'fake' ? 'generated' : stat}`),
      ),
    },
    ...alone,
  ].filter(c => c.series.some(s => s.points.length > 0))
}
