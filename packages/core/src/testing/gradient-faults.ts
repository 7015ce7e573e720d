import {
  type GradientCase,
  type GradientCheckOptions,
  type GradientReport,
  gradientReports,
  type Orders,
  type Outcome,
} from './gradient-reports.ts'

const show = (outcome: Outcome) => (typeof outcome === 'number' ? outcome.toExponential(0) : outcome)

/** What a report shows to be wrong, in words; empty if nothing. */
export function gradientFaults(spec: GradientCase, report: GradientReport, tolerance = 1e-4): string[] {
  const { order = 2 } = spec
  const fault = (where: string, outcome: Outcome, limit: number, refuses: boolean): string[] => {
    if (refuses)
      return typeof outcome === 'string' && outcome.startsWith('refuses') ? [] : [`${where}: should refuse`]
    return typeof outcome === 'number' && outcome <= limit
      ? []
      : [`${where}: ${show(outcome)} (allowed ${limit})`]
  }
  const orders = (where: string, { first, second }: Orders, limit: number) => [
    ...fault(`${where}, first derivative`, first, limit, false),
    ...fault(`${where}, second derivative`, second, limit, order === 1),
  ]
  return [
    ...orders('float64', report.float64, spec.tolerance ?? 1e-6),
    ...Object.entries(report.backends).flatMap(([backend, o]) => orders(backend, o, tolerance)),
    ...(report.leaks === 0 ? [] : [`${report.leaks} tensors left behind`]),
  ].map(fault => `${spec.name}: ${fault}`)
}

/**
 * Proves the gradients of one function: see {@link gradientReports}.
 *
 * @throws Error listing every derivative that is off, refused, or leaves tensors behind
 */
export async function checkGradients(
  spec: GradientCase,
  options: GradientCheckOptions = {},
): Promise<GradientReport> {
  const [report] = await gradientReports([spec], options)
  const faults = gradientFaults(spec, report!)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return report!
}

/** Reports as a table in plain text: relative errors of first and second derivatives on every backend. */
export function gradientTable(reports: readonly GradientReport[]): string {
  const backends = [...new Set(reports.flatMap(r => Object.keys(r.backends)))]
  const cell = (outcome: Outcome | undefined) =>
    outcome === undefined
      ? ''
      : typeof outcome === 'number'
        ? outcome.toExponential(0)
        : outcome.replace(/:.*/s, '')
  const header = ['', ...['float64', ...backends].flatMap(name => [`${name} 1st`, '2nd'])]
  const rows = reports.map(r => [
    r.name,
    ...[r.float64, ...backends.map(b => r.backends[b])].flatMap(o => [cell(o?.first), cell(o?.second)]),
  ])
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map(row => row[i]!.length)))
  return [header, ...rows]
    .map(row =>
      row
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
