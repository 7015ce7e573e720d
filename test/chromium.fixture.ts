import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { build } from 'vite'

// A page of this repository, bundled from source as a user's bundler would, served and opened in Chromium.

/** Where Chromium is; tests that need it skip where it is not. */
export const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
export const available = existsSync(executablePath)
/** For the names of tests that skip. */
export const where = `in Chromium (${available ? executablePath : 'not found: set CHROMIUM_PATH'})`

/** A GPU that is a program, said outright so that nothing depends on what the machine has. */
export const softwareGpu = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]

const wasm = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** A served site in a browser; `open` gives a page that rejects what it is asked once something on it fails. */
export interface Site {
  open(path?: string): Promise<Page>
  close(): Promise<void>
}

/** What this repository's own pages resolve packages by: their sources. */
const sources = ['@equilibria/source', 'module', 'browser', 'production']

/**
 * Builds the folder's index.html, serves it with the wasm backend's files under /wasm/, and starts a browser with these
 * arguments. `conditions` for other pages than this repository's own, `headers` for whatever is served.
 */
export async function site(
  root: string,
  args: readonly string[],
  {
    conditions = sources,
    headers = {},
  }: { readonly conditions?: readonly string[]; readonly headers?: { readonly [name: string]: string } } = {},
): Promise<Site> {
  const dist = mkdtempSync(join(tmpdir(), 'equilibria-page-'))
  await build({
    root,
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, target: 'es2022', minify: false },
    resolve: { conditions: [...conditions] },
    worker: { format: 'es' },
  })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const folder = path.startsWith('/wasm/') ? wasm : join(dist, dirname(path))
    const name = path.endsWith('/') ? 'index.html' : path.slice(path.lastIndexOf('/') + 1)
    const known = existsSync(folder) && readdirSync(folder).includes(name)
    if (!known) return response.writeHead(404).end()
    response.writeHead(200, {
      ...headers,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
    })
    return response.end(readFileSync(join(folder, name)))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  // Chromium's old headless mode has no WebGPU; the new one is asked for by its own flag.
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  const browser = await chromium.launch({
    executablePath,
    headless: false,
    args: ['--headless=new', '--no-sandbox', ...quiet, ...args],
  })
  return {
    open: async (path = '/') => {
      const page = await browser.newPage()
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}${path}`)
      return page
    },
    close: async () => {
      await browser.close()
      server.close()
      rmSync(dist, { recursive: true, force: true })
    },
  }
}
