import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainRing } from './browser/page.ts'

// The same packages in Chromium: bundled from source, trained on wasm and cpu, compared with Node.

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const available = existsSync(executablePath)
const dist = mkdtempSync(join(tmpdir(), 'equilibria-page-'))
const wasm = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

let server: Server
let browser: Browser

beforeAll(async () => {
  if (!available) return
  await build({
    root: join(import.meta.dirname, 'browser'),
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, target: 'es2022', minify: false },
    resolve: { conditions: ['@equilibria/source', 'module', 'browser', 'production'] },
  })
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const folder = path.startsWith('/wasm/') ? wasm : join(dist, dirname(path))
    const name = path.endsWith('/') ? 'index.html' : path.slice(path.lastIndexOf('/') + 1)
    const known = existsSync(folder) && readdirSync(folder).includes(name)
    if (!known) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
    return response.end(readFileSync(join(folder, name)))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(dist, { recursive: true, force: true })
})

describe.skipIf(!available)(
  `in Chromium (${available ? executablePath : 'not found: set CHROMIUM_PATH'})`,
  () => {
    it('random numbers are the same bits, and training is the same game as in Node', async () => {
      const page = await browser.newPage()
      const faults: string[] = []
      page.on('pageerror', e => faults.push(String(e)))
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      type Outcome = { value?: Awaited<ReturnType<typeof trainRing>>[]; error?: string }
      const handle = await page.waitForFunction(
        () => (globalThis as { outcome?: unknown }).outcome,
        undefined,
        {
          timeout: 90_000,
        },
      )
      const { value, error } = (await handle.jsonValue()) as Outcome
      expect([error, faults]).toEqual([undefined, []])
      const [onWasm, onCpu] = value!
      const here = [await trainRing('wasm', 10), await trainRing('cpu', 3)]
      expect(onWasm!.backend).toBe('wasm')
      expect(onCpu!.words).toEqual(here[1]!.words)
      for (const [there, node] of [[onWasm!, here[0]!] as const, [onCpu!, here[1]!] as const]) {
        for (const [i, cost] of there.costs.entries()) expect(cost).toBeCloseTo(node.costs[i]!, 4)
        for (const [i, x] of there.sample.entries()) expect(x).toBeCloseTo(node.sample[i]!, 4)
      }
    }, 120_000)
  },
)
