import { readFileSync } from 'node:fs'
import { lstat, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointError, type Snapshot } from '../checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint, type ReadFile } from '../checkpoint-files.ts'
import { syncFolder, writeDurably } from './durable.ts'

const packageVersion = (): string => {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    return String((JSON.parse(text) as { version?: unknown }).version)
  } catch {
    return 'unknown' // Bundled into something else.
  }
}

/** Writes a snapshot into a new folder and waits until all of it is on the disk. */
export async function writeCheckpoint(folder: string, snapshot: Snapshot): Promise<void> {
  await mkdir(folder)
  for await (const [name, bytes] of encodeCheckpoint(snapshot, packageVersion()))
    await writeDurably(join(folder, name), bytes)
  await syncFolder(folder)
}

/**
 * Reads and checks one checkpoint folder. Nothing in it is executed, and no file outside it is touched.
 * Throws a `CheckpointError`: `corrupt` if anything is missing, altered or does not fit, `newer` if a later version of this package
 * wrote it.
 */
export const readCheckpoint = (folder: string): Promise<Snapshot> =>
  decodeCheckpoint(folder, readPlainFile(folder))

const readPlainFile =
  (folder: string): ReadFile =>
  async (file, limit, corrupt) => {
    const path = join(folder, file)
    try {
      const info = await lstat(path)
      // A link or a pipe was not written by us, and a pipe would be waited for.
      if (!info.isFile()) throw corrupt(`${file} is not a plain file`)
      if (info.size > limit)
        throw corrupt(`${file} has ${info.size} bytes where at most ${limit} are expected`)
      return new Uint8Array(await readFile(path))
    } catch (e) {
      if (e instanceof CheckpointError) throw e
      const { code } = e as NodeJS.ErrnoException
      throw corrupt(code === 'ENOENT' ? `${file} is missing` : `${file} cannot be read (${code})`, e)
    }
  }
