import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const scratch = join(import.meta.dirname, '.generated')

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['packages', 'examples'].flatMap(group =>
    readdirSync(join(root, group)).map(name => join(group, name, 'README.md')),
  ),
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map(String)
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
]

/** Blocks fenced as `ts` are whole programs; fragments are fenced as `ts fragment` and are not run. */
const programs = pages.flatMap(page => {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match, i) => ({ page, i, code: match[1]! }))
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('documentation', () => {
  it('every package has a README whose first code is a program', () => {
    const without = readdirSync(join(root, 'packages')).filter(
      name => !programs.some(({ page, i }) => page === join('packages', name, 'README.md') && i === 0),
    )
    expect(without).toEqual([])
  })

  it.concurrent.each(programs)(
    '$page, program $i, runs',
    async ({ page, i, code }) => {
      mkdirSync(scratch, { recursive: true })
      const file = join(scratch, `${page.replace(/\W+/g, '-')}-${i}.ts`)
      writeFileSync(file, code)
      await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--conditions=@equilibria/source', relative(root, file)],
        { cwd: root, timeout: 120_000 },
      )
    },
    150_000,
  )
})
