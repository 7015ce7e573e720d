import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { cacheFolder, download } from './download.ts'

const content = Buffer.from('the same bytes every time')
const sha256 = createHash('sha256').update(content).digest('hex')

let server: Server
let base = ''
let requests = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    requests++
    if (request.url === '/broken') {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 5), () => response.destroy())
    } else if (request.url?.startsWith('/data')) response.end(content)
    else response.writeHead(404).end('no')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

let cache = ''
beforeEach(async () => {
  requests = 0
  cache = await mkdtemp(join(tmpdir(), 'download-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

test('a file is fetched once', async () => {
  const inner = join(cache, 'made', 'on', 'demand')
  const path = await download({ url: `${base}/data/file.gz?x=1`, sha256, cache: inner })
  expect(path).toBe(join(inner, `${sha256.slice(0, 16)}-file.gz`))
  expect(await readFile(path)).toEqual(content)
  expect(
    await download({ url: `${base}/data/file.gz?x=1`, sha256: sha256.toUpperCase(), cache: inner }),
  ).toBe(path)
  expect(requests).toBe(1)
  expect(await readdir(inner)).toHaveLength(1)
})

test('a spoiled file in the cache is fetched again', async () => {
  const path = await download({ url: `${base}/data`, sha256, cache })
  await writeFile(path, 'spoiled')
  await download({ url: `${base}/data`, sha256, cache })
  expect(await readFile(path)).toEqual(content)
  expect(requests).toBe(2)
})

test('many at a time end with one whole file', async () => {
  const paths = await Promise.all(
    Array.from({ length: 8 }, () => download({ url: `${base}/data`, sha256, cache })),
  )
  expect(new Set(paths).size).toBe(1)
  expect(await readFile(paths[0]!)).toEqual(content)
  expect(await readdir(cache)).toHaveLength(1)
})

test('a path in the address cannot leave the cache', async () => {
  const path = await download({ url: `${base}/data/..%2f..%2fevil`, sha256, cache })
  expect(path.startsWith(join(cache, sha256.slice(0, 16)))).toBe(true)
  expect(await readdir(cache)).toHaveLength(1)
})

test.each([
  [
    'another checksum',
    () => ({ url: `${base}/data`, sha256: 'a'.repeat(64) }),
    `has SHA-256 ${sha256}, expected ${'a'.repeat(64)}: the file was not kept`,
  ],
  ['not found', () => ({ url: `${base}/gone`, sha256 }), 'answered 404'],
  ['broken off', () => ({ url: `${base}/broken`, sha256 }), 'broke off'],
  ['out of reach', () => ({ url: 'http://127.0.0.1:9/x', sha256 }), 'cannot reach http://127.0.0.1:9/x'],
  ['no address', () => ({ url: 'data.gz', sha256 }), 'expected an http or https address, got "data.gz"'],
  ['a local file', () => ({ url: 'file:///etc/hostname', sha256 }), 'expected an http or https address'],
  [
    'no checksum',
    () => ({ url: `${base}/data`, sha256: 'abc' }),
    'expected sha256 as 64 hexadecimal digits, got "abc"',
  ],
])('%s: a clear error, and nothing stays behind', async (_, what, message) => {
  await expect(download({ ...what(), cache })).rejects.toThrow(message)
  expect(await readdir(cache)).toEqual([])
})

test('a cache that cannot be made says so', async () => {
  const file = join(cache, 'file')
  await writeFile(file, '')
  await expect(download({ url: `${base}/data`, sha256, cache: join(file, 'x') })).rejects.toThrow(
    /cannot hold downloads: .*set EQUILIBRIA_CACHE to another folder/,
  )
})

test('the cache is EQUILIBRIA_CACHE, else under XDG_CACHE_HOME, else under the home folder', () => {
  vi.stubEnv('EQUILIBRIA_CACHE', '/a')
  vi.stubEnv('XDG_CACHE_HOME', '/b')
  vi.stubEnv('HOME', '/c')
  expect(cacheFolder()).toBe('/a')
  vi.stubEnv('EQUILIBRIA_CACHE', '')
  expect(cacheFolder()).toBe('/b/equilibria')
  vi.stubEnv('XDG_CACHE_HOME', '')
  expect(cacheFolder()).toBe('/c/.cache/equilibria')
  vi.unstubAllEnvs()
})
