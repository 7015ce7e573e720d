import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exists, reason } from './files.ts'

/** A file to fetch. */
export interface Download {
  /** http or https. */
  readonly url: string
  /** The SHA-256 of its content, 64 hexadecimal digits. */
  readonly sha256: string
  /** Where downloads are kept; `cacheFolder()` unless given. */
  readonly cache?: string | undefined
}

/** Where downloads are kept: EQUILIBRIA_CACHE, else equilibria under XDG_CACHE_HOME, else ~/.cache/equilibria. */
export const cacheFolder = (): string =>
  process.env.EQUILIBRIA_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'equilibria')

/**
 * The path of a file from the web, fetched only if the cache does not hold it yet. The checksum is verified each time; a
 * file takes its place in the cache by renaming, whole or not at all, so that runs at the same time cannot spoil it.
 * Throws if the server cannot be reached or answers with an error, or if the content has another checksum (it is not kept).
 */
export async function download({ url, sha256, cache = cacheFolder() }: Download): Promise<string> {
  const expected = sha256.toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(expected))
    throw new Error(`download: expected sha256 as 64 hexadecimal digits, got "${sha256}"`)
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address?.protocol !== 'http:' && address?.protocol !== 'https:')
    throw new Error(`download: expected an http or https address, got "${url}"`)
  const name = (address.pathname.split('/').pop() ?? '').replace(/[^\w.-]/g, '_').replace(/^\.+/, '')
  // The checksum in the name keeps two versions of one file apart.
  const path = join(cache, `${expected.slice(0, 16)}-${name || 'file'}`)
  if ((await exists(path)) && (await checksum(path)) === expected) return path

  try {
    await mkdir(cache, { recursive: true })
  } catch (cause) {
    throw new Error(
      `${cache}: cannot hold downloads: ${reason(cause)}: set EQUILIBRIA_CACHE to another folder`,
      {
        cause,
      },
    )
  }
  const part = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`
  try {
    const got = await fetchTo(url, part)
    if (got !== expected)
      throw new Error(`download: ${url} has SHA-256 ${got}, expected ${expected}: the file was not kept`)
    await rename(part, path)
    return path
  } finally {
    await rm(part, { force: true })
  }
}

/** Writes what `url` serves to `path`; the SHA-256 of it. */
async function fetchTo(url: string, path: string): Promise<string> {
  let response: Response
  try {
    response = await fetch(url)
  } catch (cause) {
    const why = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message
    throw new Error(`download: cannot reach ${url}: ${why}`, { cause })
  }
  if (!response.ok || !response.body)
    throw new Error(`download: ${url} answered ${response.status} ${response.statusText}`)
  const hash = createHash('sha256')
  try {
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(path),
    )
  } catch (cause) {
    throw new Error(`download: ${url} broke off: ${reason(cause)}`, { cause })
  }
  return hash.digest('hex')
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
