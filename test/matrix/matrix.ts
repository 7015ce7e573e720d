import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeBackends } from '@equilibria/backends'
import { useSwiftShader } from '../../packages/backends/src/webgpu/swiftshader.fixture.ts'
import { available, type Site, site, softwareGpu } from '../chromium.fixture.ts'
import type { Report } from './checks.ts'
import { type EngineName, patience, type Target } from './targets.ts'

const root = join(import.meta.dirname, '../..')
const built = join(root, '.tfjs-node')

/** What a process of node.ts says. */
async function inNode(name?: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=@equilibria/source',
      join(import.meta.dirname, 'node.ts'),
      ...(name ? [name] : []),
    ],
    { cwd: root, timeout: patience, maxBuffer: 1 << 28 },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

/** Where targets are checked. */
export interface Laboratory {
  /** Why a target cannot be checked here; undefined if it can. */
  missing(target: Target): string | undefined
  check(target: Target): Promise<Report>
  close(): Promise<void>
}

/** Finds out what is there. GPUs may be software ones. */
export async function laboratory(): Promise<Laboratory> {
  useSwiftShader()
  if (existsSync(built)) process.env.EQUILIBRIA_TFJS_NODE ??= built
  const found = new Map((await describeBackends()).map(entry => [entry.name, entry]))
  const engines = (await inNode()) as Partial<Record<EngineName, string>>
  let pages: Promise<Site> | undefined
  return {
    missing: ({ runs, backend, engine }) => {
      if (runs === 'chromium') return available ? undefined : 'Chromium is not found: set CHROMIUM_PATH'
      const entry = found.get(backend)
      return entry === undefined ? 'unknown in Node' : entry.ok ? engine && engines[engine] : entry.reason
    },
    check: async ({ name, runs }) => {
      if (runs === 'chromium') {
        pages ??= site(import.meta.dirname, softwareGpu)
        const page = await (await pages).open()
        page.setDefaultTimeout(patience)
        await page.waitForFunction(() => 'run' in globalThis)
        const report = await page.evaluate(
          name => (globalThis as unknown as { run(name: string): Promise<Report> }).run(name),
          name,
        )
        await page.close()
        return report
      }
      return (await inNode(name)) as Report
    },
    close: async () => (await pages)?.close(),
  }
}
