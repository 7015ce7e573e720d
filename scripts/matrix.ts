// Checks every backend there is here, prints the table and writes it into docs/backends.md. `npm run matrix [NAME...]` prints some
// targets alone. Exit status 1 if a check fails.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../test/matrix/checks.ts'
import { laboratory } from '../test/matrix/matrix.ts'
import { checkNames, targets } from '../test/matrix/targets.ts'

const page = join(import.meta.dirname, '../docs/backends.md')
const [begin, end] = ['<!-- matrix: written by `npm run matrix` -->', '<!-- end of matrix -->']

const names = process.argv.slice(2)
const unknown = names.filter(name => !targets.some(target => target.name === name))
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; known: ${targets.map(target => target.name).join(', ')}`)
const chosen = targets.filter(({ name }) => names.length === 0 || names.includes(name))

const lab = await laboratory()
const reports = new Map<string, Report | string>()
for (const target of chosen) {
  const missing = lab.missing(target)
  const began = performance.now()
  const report = missing ?? (await lab.check(target).catch(e => `fails: ${String(e.message ?? e)}`))
  reports.set(target.name, report)
  console.error(
    `${target.name}: ${typeof report === 'string' ? report : `checked in ${Math.round((performance.now() - began) / 1000)} s`}`,
  )
}
await lab.close()

const cells = (name: string, report: Report | string): string[] =>
  typeof report === 'string'
    ? [name, `not checked: ${report.split('\n')[0]}`, ...checkNames.map(() => '')]
    : [
        name,
        report.compiler ?? `${report.backend.library}; ${report.backend.device}`,
        ...checkNames.map(check => {
          const finding = report.findings[check]
          if (!finding) return 'does not apply'
          return finding.faults.length > 0 ? `**fails**: ${finding.text}` : finding.text
        }),
      ]
const row = (columns: readonly string[]) => `| ${columns.join(' | ')} |`
const faults = [...reports].flatMap(([name, report]) =>
  typeof report === 'string'
    ? report.startsWith('fails')
      ? [`- ${name}: ${report}`]
      : []
    : Object.entries(report.findings).flatMap(([check, finding]) =>
        finding.faults.map(fault => `- ${name}, ${check}: ${fault.split('\n')[0]}`),
      ),
)
const table = [
  `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores:`,
  '',
  row(['target', 'runs on', ...checkNames]),
  row(['---', '---', ...checkNames.map(() => '---')]),
  ...[...reports].map(([name, report]) => row(cells(name, report))),
  ...(faults.length > 0 ? ['', ...faults] : []),
].join('\n')

console.log(table)
if (names.length === 0) {
  const text = readFileSync(page, 'utf8')
  const [head, rest] = text.split(begin)
  const tail = rest?.split(end)[1]
  if (tail === undefined) throw new Error(`${page} has lost the comments between which the table belongs`)
  writeFileSync(page, `${head}${begin}\n\n${table}\n\n${end}${tail}`)
}
process.exit(faults.length > 0 ? 1 : 0)
